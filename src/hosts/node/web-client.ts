import type { IncomingMessage } from "node:http";
import { untilAborted } from "../../core/async.ts";
import { AgentError } from "../../core/errors.ts";
import type { WebPage } from "../../core/ports.ts";
import type { WebOptions } from "./node-web.ts";
import { readBody } from "./web-body.ts";
import { requestPage } from "./web-request.ts";
import { checkUrl, resolvePublic } from "./web-target.ts";

const MAX_REDIRECTS = 5;
const TIMEOUT_MS = 30_000;
const REDIRECTS = new Set([301, 302, 303, 307, 308]);

/** One GET without cookies or credentials. Follows redirects on the same host only; every hop is checked like the first. */
export async function getPage(url: string, options: WebOptions, signal: AbortSignal): Promise<WebPage> {
  signal.throwIfAborted();
  const limit = AbortSignal.timeout(TIMEOUT_MS);
  const either = AbortSignal.any([signal, limit]);
  try {
    return await untilAborted(follow(checkUrl(url, options), options, either), either);
  } catch (thrown) {
    if (signal.aborted) throw signal.reason;
    if (limit.aborted) throw new AgentError("timeout", `${url} did not answer within 30 seconds.`);
    throw toWebError(thrown, url);
  }
}

async function follow(first: URL, options: WebOptions, signal: AbortSignal): Promise<WebPage> {
  let url = first;
  // Resolved once and kept: a name that changes its address between the check and the connection gains nothing.
  const addresses = await resolvePublic(first, options, signal);
  for (let hop = 0; hop <= MAX_REDIRECTS; hop += 1) {
    const response = await requestPage(url, addresses, options, signal);
    const next = redirectOf(response, url);
    if (next === undefined) return toPage(url, response, await readBody(response, url));
    response.destroy();
    if (!staysOnHost(url, next)) {
      return { ...toPage(url, response, new Uint8Array()), redirectedTo: next.href };
    }
    url = checkUrl(next.href, options);
  }
  throw new AgentError("failed", `${first.href} redirects more than ${MAX_REDIRECTS} times.`);
}

function redirectOf(response: IncomingMessage, from: URL): URL | undefined {
  const location = response.headers.location;
  if (!REDIRECTS.has(response.statusCode ?? 0) || location === undefined) return undefined;
  const next = URL.parse(location, from);
  if (!next) throw new AgentError("failed", `${from.href} redirects to something that is no address.`);
  return next;
}

/** Giving up encryption counts as leaving. */
const staysOnHost = (from: URL, to: URL): boolean =>
  to.hostname === from.hostname && (to.protocol === from.protocol || to.protocol === "https:");

const toPage = (url: URL, response: IncomingMessage, body: Uint8Array): WebPage => ({
  url: url.href,
  status: response.statusCode ?? 0,
  contentType: response.headers["content-type"] ?? "",
  body,
});

function toWebError(thrown: unknown, url: string): AgentError {
  if (thrown instanceof AgentError) return thrown;
  const why = thrown instanceof Error ? thrown.message || thrown.name : String(thrown);
  return new AgentError("failed", `${url} could not be fetched: ${why}`, { cause: thrown });
}
