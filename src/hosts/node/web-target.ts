import { lookup } from "node:dns/promises";
import { isIP } from "node:net";
import { untilAborted } from "../../core/async.ts";
import { AgentError } from "../../core/errors.ts";
import type { WebAddress, WebOptions } from "./node-web.ts";
import { isLoopback, isPublicAddress } from "./web-address.ts";
import { proxyFor } from "./web-proxy.ts";

/** Rejects with `invalid_input` for what is no URL, with `denied` for one that must not be fetched. */
export function checkUrl(text: string, options: WebOptions): URL {
  const url = URL.parse(text);
  if (!url) throw new AgentError("invalid_input", `${text} is not a complete URL. Begin with https://.`);
  if (url.protocol !== "https:" && url.protocol !== "http:") {
    throw new AgentError("denied", `Only http and https addresses can be fetched, not ${url.protocol}`);
  }
  if (url.username !== "" || url.password !== "") {
    throw new AgentError("denied", "An address with a user name or password in it is not fetched.");
  }
  if (url.port !== "" && url.port !== "80" && url.port !== "443" && !options.allowLoopback) {
    throw new AgentError("denied", `Port ${url.port} is not fetched; only 80 and 443 are.`);
  }
  return url;
}

/**
 * All addresses of a host, each of them checked. Behind a proxy the name may be unknown here; then the list is
 * empty and the proxy, which stands at the border of the private network, resolves it.
 */
export async function resolvePublic(
  url: URL,
  options: WebOptions,
  signal: AbortSignal,
): Promise<readonly WebAddress[]> {
  const addresses = await resolveAll(url, options, signal);
  const refused = addresses.find(({ address }) => !isAllowed(address, options));
  if (refused) {
    throw new AgentError("denied", `${url.hostname} is a private or local address (${refused.address}).`);
  }
  return addresses;
}

const isAllowed = (address: string, options: WebOptions): boolean =>
  isPublicAddress(address) || (options.allowLoopback === true && isLoopback(address));

async function resolveAll(
  url: URL,
  options: WebOptions,
  signal: AbortSignal,
): Promise<readonly WebAddress[]> {
  const host = url.hostname.replace(/^\[|\]$/g, "");
  const family = isIP(host);
  if (family !== 0) return [{ address: host, family: family === 4 ? 4 : 6 }];
  try {
    const found = await untilAborted((options.resolve ?? resolveBySystem)(host), signal);
    if (found.length > 0) return found;
  } catch (thrown) {
    if (signal.aborted) throw thrown;
  }
  if (isPublicName(host) && proxyFor(url.href, options.environment)) return [];
  throw new AgentError("failed", `The name ${host} is not known. Check the address, or your connection.`);
}

/** Names that only mean something inside of a network. */
const isPublicName = (host: string): boolean =>
  host.includes(".") && !/(?:^|\.)(?:localhost|local|internal|intranet|lan|home|corp|arpa)\.?$/i.test(host);

async function resolveBySystem(host: string): Promise<readonly WebAddress[]> {
  const found = await lookup(host, { all: true });
  return found.map(({ address, family }) => ({ address, family: family === 4 ? 4 : 6 }));
}
