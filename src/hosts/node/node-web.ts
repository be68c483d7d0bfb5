import type { Web } from "../../core/ports.ts";
import type { Environment } from "./clean-environment.ts";

export interface WebAddress {
  readonly address: string;
  readonly family: 4 | 6;
}
export interface WebOptions {
  /** Plumb's version, for the User-Agent. */
  readonly version: string;
  /** `HTTPS_PROXY`, `HTTP_PROXY` and `NO_PROXY` are read from it, in either case. Default: none. */
  readonly environment?: Environment;
  /** All addresses of a host name. Default: the system's resolver. */
  readonly resolve?: (host: string) => Promise<readonly WebAddress[]>;
  /** For tests with a server of their own: this machine may be reached, on any port. */
  readonly allowLoopback?: boolean;
}

/** The client itself is loaded with the first request: most sessions never make one. */
export function createWeb(options: WebOptions): Web {
  return {
    async get(url, signal) {
      const { getPage } = await import("./web-client.ts");
      return getPage(url, options, signal);
    },
  };
}
