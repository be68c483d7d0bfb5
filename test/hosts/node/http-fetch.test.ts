import { once } from "node:events";
import { createServer, type IncomingMessage, type ServerResponse } from "node:http";
import { brotliCompressSync, gzipSync } from "node:zlib";
import { afterEach, describe, expect, test } from "vitest";
import { fetchFor, httpFetch } from "../../../src/hosts/node/http-fetch.ts";
import { PlainHeaders } from "../../../src/hosts/node/plain-headers.ts";

type Answer = (request: IncomingMessage, response: ServerResponse) => unknown;

let close = async (): Promise<void> => undefined;
afterEach(() => close());

async function serve(answer: Answer): Promise<string> {
  const server = createServer((request, response) => void answer(request, response)).listen(0, "127.0.0.1");
  await new Promise((resolve) => server.once("listening", resolve));
  close = async () => {
    server.closeAllConnections();
    await new Promise((resolve) => server.close(resolve));
  };
  const { port } = Object.assign({ port: 0 }, server.address());
  return `http://127.0.0.1:${port}/`;
}

async function textOf(request: IncomingMessage): Promise<string> {
  const chunks: Buffer[] = [];
  for await (const chunk of request) chunks.push(chunk);
  return Buffer.concat(chunks).toString();
}

describe("a request", () => {
  test("says what it was given, and how long it is", async () => {
    const url = await serve(async (request, response) => {
      const { method, headers } = request;
      response.setHeader("request-id", "one");
      response.end(JSON.stringify({ method, headers, body: await textOf(request) }));
    });
    const headers = new PlainHeaders({ "X-Api-Key": "k" });
    const answer = await httpFetch(url, { method: "POST", headers, body: "größer" });
    expect([answer.status, answer.ok, answer.headers.get("Request-Id")]).toEqual([200, true, "one"]);
    expect(await answer.json()).toMatchObject({
      method: "POST",
      body: "größer",
      headers: { "x-api-key": "k", "content-length": "8" },
    });
  });

  test("goes the way of the one before", async () => {
    const ports = new Set<number | undefined>();
    const url = await serve((request, response) => {
      ports.add(request.socket.remotePort);
      response.end("x".repeat(100_000));
    });
    for (let i = 0; i < 3; i += 1) expect(await (await httpFetch(url)).text()).toHaveLength(100_000);
    expect(ports.size).toBe(1);
  });

  test("that is stopped hangs up and rejects with the reason, before the answer and in it", async () => {
    const hungUp: Promise<unknown>[] = [];
    const url = await serve((request, response) => {
      hungUp.push(
        new Promise((resolve) => response.once("close", () => resolve(!response.writableFinished))),
      );
      if (request.url === "/half") response.write("half");
    });
    const before = new AbortController();
    const reason = new Error("enough");
    const asked = httpFetch(url, { signal: before.signal });
    await expect.poll(() => hungUp.length).toBe(1);
    before.abort(reason);
    await expect(asked).rejects.toBe(reason);

    const during = new AbortController();
    const answer = await httpFetch(`${url}half`, { signal: during.signal });
    during.abort(reason);
    await expect(answer.text()).rejects.toThrow();
    expect(await Promise.all(hungUp)).toEqual([true, true]);
    await expect(httpFetch(url, { signal: during.signal })).rejects.toBe(reason);
    expect(hungUp).toHaveLength(2);
  });

  test("with headers that cannot be sent rejects", async () => {
    const url = await serve((_request, response) => response.end());
    await expect(httpFetch(url, { headers: { "x-api-key": "a\nb" } })).rejects.toThrow(/character/);
  });
});

describe("an answer", () => {
  test("is read as it comes, and what nobody reads is not taken", async () => {
    let sent = 0;
    let isWaiting = false;
    const url = await serve(async (_request, response) => {
      for (; sent < 500; sent += 1) {
        if (response.write("x".repeat(65_536))) continue;
        isWaiting = true;
        await once(response, "drain");
        isWaiting = false;
      }
      response.end();
    });
    const { body } = await httpFetch(url);
    const reader = body?.getReader();
    expect((await reader?.read())?.value?.length).toBeGreaterThan(0);
    await expect.poll(() => isWaiting).toBe(true);
    // What the network keeps in between is a few megabytes; all would be 32.
    expect(sent).toBeLessThan(400);
    let length = 0;
    for (let part = await reader?.read(); part && !part.done; part = await reader?.read())
      length += part.value.length;
    expect(sent).toBe(500);
    expect(length).toBeGreaterThan(499 * 65_536);
  });

  test("that is cut rejects, even when nobody has read yet", async () => {
    const url = await serve((_request, response) => {
      response.write("half");
      setImmediate(() => response.destroy());
    });
    const answer = await httpFetch(url);
    await expect(answer.text()).rejects.toMatchObject({ code: "ECONNRESET" });
  });

  test.each([
    ["gzip", gzipSync("packed")],
    ["br", brotliCompressSync("packed")],
  ])("packed with %s is unpacked", async (encoding, bytes) => {
    const url = await serve((_request, response) => {
      response.setHeader("content-encoding", encoding);
      response.end(bytes);
    });
    expect(await (await httpFetch(url)).text()).toBe("packed");
  });

  test("that is packed badly rejects", async () => {
    const url = await serve((_request, response) => {
      response.setHeader("content-encoding", "gzip");
      response.end("not packed at all");
    });
    await expect((await httpFetch(url)).text()).rejects.toThrow();
  });

  test("that sends elsewhere is followed", async () => {
    const url = await serve(async (request, response) => {
      if (request.url === "/") response.writeHead(307, { location: "/there" }).end();
      else response.end(`${request.method} ${await textOf(request)} ${request.headers["x-api-key"]}`);
    });
    const headers = new PlainHeaders({ "x-api-key": "k" });
    const answer = await httpFetch(url, { method: "POST", headers, body: "said" });
    expect(await answer.text()).toBe("POST said k");
  });

  test("without a body has none", async () => {
    const url = await serve((_request, response) => response.writeHead(204).end());
    const answer = await httpFetch(url);
    expect([answer.body, await answer.text()]).toEqual([null, ""]);
  });
});

test("where a proxy is named, Node's own way is taken", () => {
  expect(fetchFor({})).toBe(httpFetch);
  for (const name of ["HTTPS_PROXY", "http_proxy", "NODE_USE_ENV_PROXY"])
    expect(fetchFor({ [name]: "http://127.0.0.1:3128" })).toBe(fetch);
});

test("plain headers do what the web's do", () => {
  const both = [PlainHeaders, Headers].map((make) => {
    const headers = new make([
      ["A", "1"],
      ["b", "2"],
    ]);
    headers.append("a", "3");
    headers.set("C", " 4 ");
    headers.delete("B");
    return [[...headers], headers.get("a"), headers.get("b"), headers.has("C"), [...new make(headers)]];
  });
  expect(both[0]).toEqual(both[1]);
});
