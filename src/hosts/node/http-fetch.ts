import type { IncomingMessage } from "node:http";
import type { Readable } from "node:stream";
import { HttpAnswer } from "./http-answer.ts";
import { PlainHeaders } from "./plain-headers.ts";

/** Where one is named, requests take the way that Node's own `fetch` finds. */
const PROXIES = ["HTTPS_PROXY", "https_proxy", "HTTP_PROXY", "http_proxy", "NODE_USE_ENV_PROXY"];

const REDIRECTS = [301, 302, 303, 307, 308];
/** The network's own limit is minutes. */
const CONNECT_MS = 10_000;

/** What makes the requests of a program that starts for one task: `httpFetch`, unless a proxy stands in between. */
export const fetchFor = (environment: Readonly<Record<string, string | undefined>>): typeof fetch =>
  PROXIES.some((name) => environment[name]) ? fetch : httpFetch;

/**
 * `fetch` by Node's HTTP client, as far as the Messages API needs it. Node's own is an eighth of a start to load and a fifth of
 * what a turn computes. Connections are kept for the next request. Rejects with what the connection failed with, or the
 * signal's reason. What redirects is asked again by Node's own `fetch`, which follows.
 */
export const httpFetch: typeof fetch = async (input, init = {}) => {
  if (input instanceof Object && !(input instanceof URL)) return fetch(input, init);
  const { body, method = "GET", signal } = init;
  if (body !== undefined && body !== null && typeof body !== "string") return fetch(input, init);
  const url = new URL(input);
  // An import would load every lazy part of it, Node's own `fetch` among them.
  const { request } = process.getBuiltinModule(url.protocol === "https:" ? "node:https" : "node:http");
  signal?.throwIfAborted();
  const headers = Object.fromEntries(new PlainHeaders(init.headers ?? {}));
  const { promise, resolve, reject } = Promise.withResolvers<IncomingMessage>();
  const sent = request(url, { method, headers, timeout: CONNECT_MS });
  const stop = (): void => void sent.destroy(toError(signal?.reason));
  signal?.addEventListener("abort", stop, { once: true });
  sent.once("close", () => signal?.removeEventListener("abort", stop));
  sent.once("response", resolve).on("error", reject);
  sent.on("timeout", () => {
    if (sent.socket?.connecting) sent.destroy(new Error("The connection timed out (ETIMEDOUT)"));
  });
  // As one piece, so that its length is known and told.
  sent.end(body ?? undefined);
  const message = await promise;
  if (REDIRECTS.includes(message.statusCode ?? 0) && message.headers.location !== undefined) {
    message.destroy();
    return fetch(input, init);
  }
  return new HttpAnswer(message, await decoded(message), url.href);
};

const toError = (reason: unknown): Error => (reason instanceof Error ? reason : new Error(String(reason)));

/** Nothing is asked to be compressed, but gateways do it all the same. */
async function decoded(message: IncomingMessage): Promise<Readable> {
  const encoding = message.headers["content-encoding"]?.trim().toLowerCase() ?? "identity";
  if (encoding === "identity") return message;
  const { constants, createBrotliDecompress, createUnzip } = await import("node:zlib");
  const { pipeline } = await import("node:stream");
  const unpack =
    encoding === "br"
      ? createBrotliDecompress({ flush: constants.BROTLI_OPERATION_FLUSH })
      : createUnzip({ flush: constants.Z_SYNC_FLUSH, finishFlush: constants.Z_SYNC_FLUSH });
  // Its own error says what went wrong.
  pipeline(message, unpack, () => undefined);
  return unpack;
}
