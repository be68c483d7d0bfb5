import { type TelemetryChoice, toTelemetryChoice } from "../../core/telemetry-choice.ts";

type Environment = Readonly<Record<string, string | undefined>>;

/**
 * Whether the user wants telemetry: `PLUMB_TELEMETRY=1`, or what they wrote into `settings.json` of their Plumb folder (`text`),
 * `{"telemetry": {"enabled": true, "endpoint": "http://localhost:4318", "content": false}}`. The variable goes first, and `0` is
 * no. No repository can write either. OpenTelemetry's own variables turn it off and never on, because they were set for
 * other programs too. Never rejects: what cannot be understood is no.
 */
export async function readUserTelemetry(
  text: string | undefined,
  environment: Environment,
): Promise<TelemetryChoice | undefined> {
  const wish = environment["PLUMB_TELEMETRY"];
  const isUnwanted = wish !== undefined && wish !== "" && !isYes(wish);
  if (isUnwanted || isYes(environment["OTEL_SDK_DISABLED"])) return undefined;
  const own = await ownSettings(text);
  const content = environment["PLUMB_TELEMETRY_CONTENT"];
  return toTelemetryChoice({
    enabled: isYes(wish) || own["enabled"],
    endpoint: ENDPOINTS.some((name) => environment[name]) ? undefined : own["endpoint"],
    content: !refusesContent(environment) && (content ? isYes(content) : own["content"]),
  });
}

/** Where they name a place, that one counts: the exporters read them. */
const ENDPOINTS = [
  "OTEL_EXPORTER_OTLP_ENDPOINT",
  "OTEL_EXPORTER_OTLP_TRACES_ENDPOINT",
  "OTEL_EXPORTER_OTLP_METRICS_ENDPOINT",
];

const isYes = (value: string | undefined): boolean => /^(?:1|true|on|yes)$/i.test(value ?? "");

/** The variable of the conventions: it can only say no. */
const refusesContent = (environment: Environment): boolean =>
  /^(?:0|false|off|no|no_content)$/i.test(
    environment["OTEL_INSTRUMENTATION_GENAI_CAPTURE_MESSAGE_CONTENT"] ?? "",
  );

async function ownSettings(text: string | undefined): Promise<Readonly<Record<string, unknown>>> {
  if (!text?.includes('"telemetry"')) return {};
  const { parse } = await import("jsonc-parser");
  const settings: unknown = parse(text, [], { allowTrailingComma: true });
  const own = isRecord(settings) ? settings["telemetry"] : undefined;
  return isRecord(own) ? own : {};
}

const isRecord = (value: unknown): value is Readonly<Record<string, unknown>> =>
  typeof value === "object" && value !== null && !Array.isArray(value);
