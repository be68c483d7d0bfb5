import type { Environment } from "./clean-environment.ts";

/** The proxy that the environment names for `url`, or undefined. Only http:// proxies; what is malformed is ignored. */
export function proxyFor(url: string, environment: Environment | undefined): URL | undefined {
  if (!environment) return undefined;
  const { protocol, hostname } = new URL(url);
  const read = (name: string): string => environment[name.toLowerCase()] || environment[name] || "";
  if (isExempt(hostname, read("NO_PROXY"))) return undefined;
  const named = read(protocol === "https:" ? "HTTPS_PROXY" : "HTTP_PROXY");
  if (named === "") return undefined;
  const proxy = URL.parse(named.includes("://") ? named : `http://${named}`);
  return proxy?.protocol === "http:" ? proxy : undefined;
}

function isExempt(host: string, list: string): boolean {
  return list
    .split(/[\s,]+/)
    .filter(Boolean)
    .map((entry) =>
      entry
        .replace(/^\*?\./, "")
        .replace(/:\d+$/, "")
        .toLowerCase(),
    )
    .some((entry) => entry === "*" || host === entry || host.endsWith(`.${entry}`));
}
