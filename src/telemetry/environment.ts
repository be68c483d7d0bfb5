import { type Context, ROOT_CONTEXT, TraceFlags, trace } from "@opentelemetry/api";
import {
  AlwaysOffSampler,
  AlwaysOnSampler,
  ParentBasedSampler,
  type Sampler,
  TraceIdRatioBasedSampler,
} from "@opentelemetry/sdk-trace";

type Environment = Readonly<Record<string, string | undefined>>;

/** Whether a signal is wanted: `OTEL_TRACES_EXPORTER` and its like know more exporters than the one there is here. */
export function isWanted(environment: Environment, signal: "TRACES" | "METRICS"): boolean {
  const names = (environment[`OTEL_${signal}_EXPORTER`] || "otlp").split(",").map((name) => name.trim());
  return names.includes("otlp");
}

/** A whole number above 0 of a variable; undefined where there is none. */
export function countIn(environment: Environment, name: string): number | undefined {
  const value = Number(environment[name]);
  return Number.isInteger(value) && value > 0 ? value : undefined;
}

/** What `OTEL_TRACES_SAMPLER` asks for; all traces by default, or those of which whoever started us wants its own. */
export function samplerOf(environment: Environment): Sampler {
  const { OTEL_TRACES_SAMPLER: name = "", OTEL_TRACES_SAMPLER_ARG: argument } = environment;
  const ratio = argument === undefined || argument === "" ? 1 : Number(argument);
  const root: Sampler = name.endsWith("always_off")
    ? new AlwaysOffSampler()
    : name.endsWith("traceidratio") && ratio >= 0 && ratio <= 1
      ? new TraceIdRatioBasedSampler(ratio)
      : new AlwaysOnSampler();
  return name === "" || name.startsWith("parentbased_") ? new ParentBasedSampler({ root }) : root;
}

const TRACE_PARENT = /^00-([\da-f]{32})-([\da-f]{16})-([\da-f]{2})$/;

/** The span that `TRACEPARENT` names, of whoever started us. */
export function parentIn({ TRACEPARENT = "" }: Environment): Context {
  const [, traceId = "", spanId = "", flags = ""] = TRACE_PARENT.exec(TRACEPARENT) ?? [];
  const parent = {
    traceId,
    spanId,
    traceFlags: Number.parseInt(flags, 16) & TraceFlags.SAMPLED,
    isRemote: true,
  };
  // Of zeros only is as good as none.
  if (/^0*$/.test(traceId) || /^0*$/.test(spanId)) return ROOT_CONTEXT;
  return trace.setSpanContext(ROOT_CONTEXT, parent);
}
