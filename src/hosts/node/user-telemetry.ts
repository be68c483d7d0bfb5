import { narrowedBy, type TelemetryChoice, toTelemetryChoice } from "../../core/telemetry-choice.ts";

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
  if (wish !== undefined && wish !== "" && !isYes(wish)) return undefined;
  const own = await ownSettings(text);
  const content = environment["PLUMB_TELEMETRY_CONTENT"];
  const choice = toTelemetryChoice({
    enabled: isYes(wish) || own["enabled"],
    endpoint: ENDPOINTS.some((name) => environment[name]) ? undefined : own["endpoint"],
    content: content ? isYes(content) : own["content"],
  });
  return narrowedBy(choice, environment);
}

/** Where they name a place, that one counts: the exporters read them. */
const ENDPOINTS = [
  "OTEL_EXPORTER_OTLP_ENDPOINT",
  "OTEL_EXPORTER_OTLP_TRACES_ENDPOINT",
  "OTEL_EXPORTER_OTLP_METRICS_ENDPOINT",
];

const isYes = (value: string | undefined): boolean => /^(?:1|true|on|yes)$/i.test(value ?? "");

async function ownSettings(text: string | undefined): Promise<Readonly<Record<string, unknown>>> {
  if (!text?.includes('"telemetry"')) return {};
  const { parse } = await import("jsonc-parser");
  const settings: unknown = parse(text, [], { allowTrailingComma: true });
  const own = isRecord(settings) ? settings["telemetry"] : undefined;
  return isRecord(own) ? own : {};
}

const isRecord = (value: unknown): value is Readonly<Record<string, unknown>> =>
  typeof value === "object" && value !== null && !Array.isArray(value);
