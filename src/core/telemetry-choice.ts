/** That a user wants measurements of their sessions to be sent to a collector of theirs. */
export interface TelemetryChoice {
  /** Where to, without the path of a signal; undefined for what the variables of OpenTelemetry say, or this machine. */
  readonly endpoint: string | undefined;
  /** Whether what was said, asked for and brought goes there too. */
  readonly includesContent: boolean;
}

/** Undefined unless it is turned on in so many words. */
export function toTelemetryChoice(wish: {
  readonly enabled: unknown;
  readonly endpoint: unknown;
  readonly content: unknown;
}): TelemetryChoice | undefined {
  if (wish.enabled !== true) return undefined;
  const endpoint = typeof wish.endpoint === "string" ? wish.endpoint.trim() : "";
  return { endpoint: endpoint || undefined, includesContent: wish.content === true };
}

/** What is left of it where OpenTelemetry's own variables say less. They never say more: they were set for other programs too. */
export function narrowedBy(
  choice: TelemetryChoice | undefined,
  environment: Readonly<Record<string, string | undefined>>,
): TelemetryChoice | undefined {
  if (/^true$/i.test(environment["OTEL_SDK_DISABLED"] ?? "")) return undefined;
  const capture = environment["OTEL_INSTRUMENTATION_GENAI_CAPTURE_MESSAGE_CONTENT"] ?? "";
  const refusesContent = /^(?:0|false|off|no|no_content)$/i.test(capture);
  return choice && { ...choice, includesContent: choice.includesContent && !refusesContent };
}

/** Whether what a conversation began to send may still be sent: who wants less of it, or wants it elsewhere, wants none of that. */
export const isStillWanted = (begun: TelemetryChoice, now: TelemetryChoice | undefined): boolean =>
  now !== undefined && now.endpoint === begun.endpoint && (now.includesContent || !begun.includesContent);

/** Whether it is an address that can be sent to. */
export const isCollector = (endpoint: string): boolean =>
  /^https?:$/.test(URL.parse(endpoint)?.protocol ?? "");

/** Whether what is sent there stays on this machine. */
export function staysHere(endpoint: string): boolean {
  const host = URL.parse(endpoint)?.hostname ?? "";
  return host === "localhost" || host === "[::1]" || /^127(?:\.\d{1,3}){3}$/.test(host);
}
