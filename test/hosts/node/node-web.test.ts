import { brotliCompressSync, deflateRawSync, deflateSync, gzipSync } from "node:zlib";
import { expect, test } from "vitest";
import { createWeb, type WebOptions } from "../../../src/hosts/node/node-web.ts";
import { isPublicAddress } from "../../../src/hosts/node/web-address.ts";
import { proxyFor } from "../../../src/hosts/node/web-proxy.ts";
import { aborted, never } from "../../contract/world.ts";
import { serve } from "./web-server.ts";

const local = { version: "1.2.3", allowLoopback: true } as const;
const get = (url: string, options: WebOptions = local) => createWeb(options).get(url, never());
const textOf = (body: Uint8Array): string => new TextDecoder().decode(body);
/** Every name leads to this machine. */
const resolve: NonNullable<WebOptions["resolve"]> = async () => [{ address: "127.0.0.1", family: 4 }];

test("a page comes with its status, type and bytes, asked for by name and version", async () => {
  const { origin } = await serve((request, response) => {
    response.writeHead(404, { "content-type": "text/plain" });
    response.end(
      `${request.method} ${request.url} ${request.headers["user-agent"]} ${request.headers.cookie}`,
    );
  });
  const page = await get(`${origin}/a?b=c#d`);
  expect({ ...page, body: textOf(page.body) }).toEqual({
    url: `${origin}/a?b=c#d`,
    status: 404,
    contentType: "text/plain",
    body: "GET /a?b=c Plumb/1.2.3 undefined",
  });
});

test.each([
  ["not a url", "invalid_input"],
  ["ftp://example.com/", "denied"],
  ["file:///etc/passwd", "denied"],
  ["https://user@example.com/", "denied"],
  ["https://:secret@example.com/", "denied"],
  ["https://example.com:8443/", "denied"],
  ["http://127.0.0.1/", "denied"],
  ["http://2130706433/", "denied"],
  ["http://0x7f.1/", "denied"],
  ["http://[::1]/", "denied"],
  ["http://[::ffff:10.0.0.1]/", "denied"],
  ["http://169.254.169.254/latest/meta-data", "denied"],
])("%s is refused as %s", async (url, kind) => {
  await expect(get(url, { version: "0" })).rejects.toMatchObject({ kind });
});

test.each([
  ["8.8.8.8", true],
  ["2606:4700::1111", true],
  ["10.1.2.3", false],
  ["172.31.0.1", false],
  ["172.32.0.1", true],
  ["192.168.1.1", false],
  ["100.64.0.1", false],
  ["169.254.169.254", false],
  ["0.0.0.0", false],
  ["224.0.0.1", false],
  ["255.255.255.255", false],
  ["198.18.0.1", false],
  ["::", false],
  ["::1", false],
  ["fe80::1", false],
  ["fd00::1", false],
  ["ff02::1", false],
  ["::ffff:8.8.8.8", false],
  ["64:ff9b::a00:1", false],
  ["2002:a00:1::", false],
  ["2001:db8::1", false],
  ["not an address", false],
])("%s is public: %s", (address, expected) => {
  expect(isPublicAddress(address)).toBe(expected);
});

test("a name is refused when any of its addresses is private", async () => {
  const mixed: WebOptions["resolve"] = async () => [
    { address: "93.184.216.34", family: 4 },
    { address: "10.0.0.1", family: 4 },
  ];
  await expect(get("http://example.com/", { version: "0", resolve: mixed })).rejects.toMatchObject({
    kind: "denied",
  });
});

test("a name is resolved once, and its later changes gain nothing", async () => {
  let lookups = 0;
  const rebinding: WebOptions["resolve"] = async () => {
    lookups += 1;
    return [{ address: lookups === 1 ? "127.0.0.1" : "10.0.0.1", family: 4 }];
  };
  const { port } = await serve((request, response) => {
    if (request.url === "/") response.writeHead(302, { location: "/next" }).end();
    else response.end(`host ${request.headers.host}`);
  });
  const page = await get(`http://example.test:${port}/`, { ...local, resolve: rebinding });
  expect([textOf(page.body), lookups]).toEqual([`host example.test:${port}`, 1]);
});

test("an unknown name is told as such", async () => {
  const unknown: WebOptions["resolve"] = () => Promise.reject(new Error("ENOTFOUND"));
  await expect(get("http://nowhere.test/", { version: "0", resolve: unknown })).rejects.toMatchObject({
    kind: "failed",
    message: expect.stringContaining("nowhere.test is not known"),
  });
});

test("redirects on the same host are followed, at most five of them", async () => {
  const { origin } = await serve((request, response) => {
    const left = Number(request.url?.slice(1));
    if (left === 0) response.end("arrived");
    else response.writeHead(307, { location: `/${left - 1}` }).end();
  });
  expect(await get(`${origin}/5`)).toMatchObject({ url: `${origin}/0`, status: 200 });
  await expect(get(`${origin}/6`)).rejects.toMatchObject({ kind: "failed" });
});

test("a redirect to another host is reported and not followed", async () => {
  const { port } = await serve((_request, response) => {
    response.writeHead(301, { location: "http://other.test/path" }).end("ignored");
  });
  const page = await get(`http://first.test:${port}/`, { ...local, resolve });
  expect(page).toMatchObject({ status: 301, redirectedTo: "http://other.test/path" });
  expect(page.body.length).toBe(0);
});

test.each([
  ["gzip", gzipSync],
  ["br", brotliCompressSync],
  ["deflate", deflateSync],
  ["deflate", deflateRawSync],
])("a body packed with %s is unpacked", async (encoding, pack) => {
  const { origin } = await serve((_request, response) => {
    response.writeHead(200, { "content-encoding": encoding }).end(pack("hello ".repeat(1000)));
  });
  expect(textOf((await get(origin)).body)).toBe("hello ".repeat(1000));
});

test("an empty packed body is empty, and a damaged one is told as such", async () => {
  const { origin } = await serve((request, response) => {
    response.writeHead(200, { "content-encoding": "gzip" });
    response.end(request.url === "/empty" ? "" : "this is not gzip");
  });
  expect((await get(`${origin}/empty`)).body.length).toBe(0);
  await expect(get(`${origin}/damaged`)).rejects.toMatchObject({ kind: "failed" });
});

test("a small packed body that unpacks to gigabytes is cut off", async () => {
  const bomb = gzipSync(Buffer.alloc(200 * 1024 * 1024));
  const { origin } = await serve((_request, response) => {
    response.writeHead(200, { "content-encoding": "gzip" }).end(bomb);
  });
  const before = process.memoryUsage.rss();
  await expect(get(origin)).rejects.toMatchObject({
    kind: "failed",
    message: expect.stringContaining("5 MB"),
  });
  expect(process.memoryUsage.rss() - before).toBeLessThan(100 * 1024 * 1024);
});

test("a body of more than 5 MB is refused, announced or not", async () => {
  const { origin } = await serve((request, response) => {
    if (request.url === "/announced") response.writeHead(200, { "content-length": 6 * 1024 * 1024 });
    response.end(Buffer.alloc(6 * 1024 * 1024));
  });
  for (const path of ["/announced", "/silent"]) {
    await expect(get(origin + path)).rejects.toMatchObject({ message: expect.stringContaining("5 MB") });
  }
});

test("a cancelled request rejects with the reason, also while the body stalls", async () => {
  const controller = new AbortController();
  const { origin } = await serve((_request, response) => {
    response.write("begun");
    controller.abort(new Error("stopped by the test"));
  });
  await expect(createWeb(local).get(origin, aborted())).rejects.toThrow("stopped");
  await expect(createWeb(local).get(origin, controller.signal)).rejects.toThrow("stopped");
});

test("a connection that breaks is told as such", async () => {
  const { origin } = await serve((request, response) => {
    if (request.url === "/head") request.socket.destroy();
    else response.writeHead(200, { "content-length": 100 }).write("half", () => request.socket.destroy());
  });
  await expect(get(`${origin}/head`)).rejects.toMatchObject({ kind: "failed" });
  await expect(get(`${origin}/body`)).rejects.toMatchObject({ kind: "failed" });
});

test("a proxy of the environment is used, and private addresses stay refused", async () => {
  const proxy = await serve((request, response) => response.end(`through proxy: ${request.url}`));
  const environment = { http_proxy: proxy.origin, NO_PROXY: "direct.test" };
  const unknown: WebOptions["resolve"] = () => Promise.reject(new Error("only the proxy knows"));
  const page = await get("http://example.com/x", { version: "0", environment, resolve: unknown });
  expect(textOf(page.body)).toBe("through proxy: http://example.com/x");
  for (const url of ["http://10.0.0.1/", "http://localhost/", "http://intranet/"]) {
    await expect(get(url, { version: "0", environment })).rejects.toThrow();
  }
});

test("the proxy that counts is the one for the scheme, unless the host is exempt", () => {
  const environment = { HTTPS_PROXY: "proxy.test:3128", NO_PROXY: "localhost, .corp.test ,*.other.test" };
  expect(proxyFor("https://a.test/", environment)?.href).toBe("http://proxy.test:3128/");
  expect(proxyFor("http://a.test/", environment)).toBeUndefined();
  expect(proxyFor("https://x.corp.test/", environment)).toBeUndefined();
  expect(proxyFor("https://y.other.test/", environment)).toBeUndefined();
  expect(proxyFor("https://a.test/", { ...environment, NO_PROXY: "*" })).toBeUndefined();
});
