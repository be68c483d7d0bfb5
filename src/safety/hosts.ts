import { starSource } from "./stars.ts";
/** The host a URL really leads to, lower-case and without a trailing dot; undefined unless it is plain http or https. */
export function hostOf(url: string): string | undefined {
  // The WHATWG parser takes a backslash for a slash; others do not. Who writes one wants that difference.
  if (/[\\\s]/.test(url) || !URL.canParse(url)) return undefined;
  const { protocol, hostname, username, password } = new URL(url);
  if (!/^https?:$/.test(protocol) || username !== "" || password !== "") return undefined;
  const host = normal(hostname);
  return host.endsWith(".") ? undefined : host;
}

const normal = (host: string): string => host.toLowerCase().replace(/\.$/, "");

/**
 * Compiles `example.com`, `*.example.com` (subdomains at any depth, not the host itself) or `example.*` (`*` elsewhere
 * stays within one label). Undefined for what is not a host name.
 */
export function hostMatcher(pattern: string): ((host: string) => boolean) | undefined {
  const wanted = toAscii(normal(pattern));
  if (!/^[\p{L}\p{N}.*_:[\]-]+$/u.test(wanted) || wanted.includes("..")) return undefined;
  if (wanted === "*") return (host) => !isPrivateHost(host);
  const [prefix, rest] = wanted.startsWith("*.") ? [".+\\.", wanted.slice(2)] : ["", wanted];
  if (rest === "" || /^[*.]+$/.test(rest)) return undefined;
  const regex = new RegExp(`^${prefix}${starSource(rest, "[^.]+")}$`);
  return (host) => regex.test(normal(host)) && (!wanted.includes("*") || !isPrivateHost(host));
}

/** Host names are compared as resolvers ask for them: `bücher.example` is `xn--bcher-kva.example`. */
function toAscii(host: string): string {
  if (/^[ -~]*$/.test(host)) return host;
  const label = (text: string): string =>
    text.includes("*") || !URL.canParse(`http://${text}.example/`)
      ? text
      : new URL(`http://${text}.example/`).hostname.replace(/\.example$/, "");
  return host.split(".").map(label).join(".");
}

/** Loopback, private, link-local, metadata and unqualified hosts, by name or address: what a web page must not reach. */
export function isPrivateHost(host: string): boolean {
  const url = `http://${host}/`;
  if (!URL.canParse(url)) return true;
  const name = normal(new URL(url).hostname);
  if (name.startsWith("[")) return isPrivateIpv6(name.slice(1, -1));
  const address = /^(\d+)\.(\d+)\.(\d+)\.(\d+)$/.exec(name);
  if (address) return isPrivateIpv4(address.slice(1).map(Number));
  return (
    !name.includes(".") || /\.(?:localhost|local|internal|lan|home|intranet|corp|home\.arpa)$/.test(name)
  );
}

function isPrivateIpv4([a = 0, b = 0, c = 0]: readonly number[]): boolean {
  return (
    [0, 10, 127].includes(a) ||
    a >= 224 ||
    (a === 100 && b >= 64 && b < 128) ||
    (a === 169 && b === 254) ||
    (a === 172 && b >= 16 && b < 32) ||
    (a === 192 && (b === 168 || (b === 0 && (c === 0 || c === 2)))) ||
    (a === 198 && (b === 18 || b === 19))
  );
}

/** Only global unicast (2000::/3) is public, and of it not what embeds an IPv4 address (6to4, Teredo). */
const isPrivateIpv6 = (address: string): boolean =>
  !/^[23][\da-f]{3}:/.test(address) || /^(?:2002|2001:0{0,4}):/.test(address);
