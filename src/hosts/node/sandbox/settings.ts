/** What the user chose; only ever the user's own settings, never those of a workspace. */
export interface SandboxSettings {
  /** `auto`: for what is let through because of it. `on`: for every command, and without it none runs. */
  readonly enabled: "auto" | "on" | "off";
  /** Hosts that commands may reach, e.g. `registry.npmjs.org` or `*.example.com`. */
  readonly allowedDomains: readonly string[];
  /** A running container, or `image:<name>`, in which all commands run; undefined for none. */
  readonly docker: string | undefined;
}

export const DEFAULT_SANDBOX: SandboxSettings = { enabled: "auto", allowedDomains: [], docker: undefined };

/** Whatever is not understood is the stricter choice: a typing error must not switch the sandbox off. */
export function toSandboxSettings(raw: {
  readonly enabled?: unknown;
  readonly allowedDomains?: unknown;
  readonly docker?: unknown;
}): SandboxSettings {
  const { enabled = "auto", allowedDomains = [], docker } = raw;
  const isKnown = enabled === "auto" || enabled === "off";
  return {
    enabled: isKnown ? enabled : "on",
    allowedDomains: Array.isArray(allowedDomains)
      ? allowedDomains.filter((domain) => typeof domain === "string")
      : [],
    docker: typeof docker === "string" && docker.trim() !== "" ? docker.trim() : undefined,
  };
}
