import { isCollector, type TelemetryChoice } from "../../core/telemetry-choice.ts";
import { ownSettingsText } from "../../hosts/node/own-settings-text.ts";
import { readUserTelemetry } from "../../hosts/node/user-telemetry.ts";
import type { Finding } from "./finding.ts";

type Environment = Readonly<Record<string, string | undefined>>;

/** Whether sessions are told to a collector, and where, without what may stand in its address beside the host. */
export function telemetryWords(choice: TelemetryChoice | undefined, environment: Environment): string {
  if (!choice) return "off";
  const { host } = URL.parse(placeOf(choice, environment)) ?? { host: "" };
  return `${choice.includesContent ? "with content" : "without content"}, to ${host || "what is not an address"}`;
}

const placeOf = ({ endpoint }: TelemetryChoice, environment: Environment): string =>
  endpoint ??
  (environment["OTEL_EXPORTER_OTLP_TRACES_ENDPOINT"] ||
    environment["OTEL_EXPORTER_OTLP_ENDPOINT"] ||
    "http://localhost:4318");

/** Nobody is asked whether the collector is there: the end of a run says what it did not take. */
export async function ofTelemetry(dataDir: string, environment: Environment): Promise<Finding> {
  const choice = await readUserTelemetry(ownSettingsText(dataDir), environment);
  const name = "Telemetry";
  const words = telemetryWords(choice, environment);
  if (!choice) return { name, words };
  const place = placeOf(choice, environment);
  if (!isCollector(place)) return { name, words, is: choice.endpoint === undefined ? "note" : "problem" };
  const isGrpc =
    /grpc/i.test(environment["OTEL_EXPORTER_OTLP_PROTOCOL"] ?? "") || URL.parse(place)?.port === "4317";
  return isGrpc
    ? { name, words: `${words}; by HTTP with JSON, which a port for gRPC does not take`, is: "note" }
    : { name, words };
}
