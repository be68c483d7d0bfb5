import { type ClientRequest, type IncomingMessage, request as plainRequest } from "node:http";
import { request as secureRequest } from "node:https";
import type { LookupFunction, Socket } from "node:net";
import { connect as connectTls } from "node:tls";
import { AgentError } from "../../core/errors.ts";
import type { WebAddress, WebOptions } from "./node-web.ts";
import { proxyFor } from "./web-proxy.ts";

/**
 * Sends the request to one of these addresses and nowhere else, and resolves with the answer's head. A proxy is told
 * the name instead, because many of them judge by it; with TLS, an answer from another place would be noticed.
 */
export async function requestPage(
  url: URL,
  addresses: readonly WebAddress[],
  options: WebOptions,
  signal: AbortSignal,
): Promise<IncomingMessage> {
  const proxy = proxyFor(url.href, options.environment);
  const common = { headers: headers(url, options.version), path: url.pathname + url.search, signal };
  // A connection for this request only: none is kept that was checked for another one.
  const agent = false;
  if (!proxy) {
    const host = url.hostname.replace(/^\[|\]$/g, "");
    const send = url.protocol === "https:" ? secureRequest : plainRequest;
    return answerTo(send({ ...common, agent, host, port: url.port, lookup: pinned(addresses) }));
  }
  if (url.protocol === "https:") {
    const socket = await tunnel(proxy, url, signal);
    return answerTo(plainRequest({ ...common, createConnection: () => socket }));
  }
  const { hostname: host, port } = proxy;
  const all = { ...common.headers, ...authorisation(proxy) };
  return answerTo(plainRequest({ signal, agent, host, port, headers: all, path: url.href }));
}

function answerTo(request: ClientRequest): Promise<IncomingMessage> {
  return new Promise((resolve, reject) => {
    request.once("response", resolve);
    request.once("error", reject);
    request.end();
  });
}

const headers = (url: URL, version: string): Record<string, string> => ({
  host: url.host,
  "user-agent": `Plumb/${version}`,
  accept: "text/markdown, text/html;q=0.9, text/plain;q=0.9, */*;q=0.5",
  "accept-encoding": "gzip, deflate, br",
});

function pinned(addresses: readonly WebAddress[]): LookupFunction {
  return (_host, { all }, callback) => {
    const [first] = addresses;
    if (!first) return callback(new Error("The name has no address."), "");
    return all ? callback(null, [...addresses]) : callback(null, first.address, first.family);
  };
}

/** Asks the proxy for a connection to the host, and speaks TLS with it there. */
async function tunnel(proxy: URL, url: URL, signal: AbortSignal): Promise<Socket> {
  const target = `${url.hostname}:${url.port || 443}`;
  const { hostname: host, port } = proxy;
  const headers = { host: target, ...authorisation(proxy) };
  const socket = await new Promise<Socket>((resolve, reject) => {
    const request = plainRequest({
      method: "CONNECT",
      host,
      port,
      path: target,
      headers,
      agent: false,
      signal,
    });
    request.once("connect", (response, connection) => {
      if (response.statusCode === 200) return resolve(connection);
      connection.destroy();
      return reject(new AgentError("failed", `The proxy refused the connection (${response.statusCode}).`));
    });
    request.once("error", reject);
    request.end();
  });
  // Up to here the request itself heard the signal; from here on, and under TLS, only the socket can.
  signal.addEventListener("abort", () => socket.destroy(), { once: true });
  return new Promise((resolve, reject) => {
    const secure = connectTls({ socket, servername: url.hostname, ALPNProtocols: ["http/1.1"] }, () =>
      resolve(secure),
    );
    secure.once("error", reject);
  });
}

function authorisation(proxy: URL): Record<string, string> {
  if (proxy.username === "") return {};
  const credentials = `${decodeURIComponent(proxy.username)}:${decodeURIComponent(proxy.password)}`;
  return { "proxy-authorization": `Basic ${Buffer.from(credentials).toString("base64")}` };
}
