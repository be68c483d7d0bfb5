import { SpanKind, TraceFlags, trace } from "@opentelemetry/api";
import { SamplingDecision } from "@opentelemetry/sdk-trace";
import { expect, test } from "vitest";
import { countIn, isWanted, parentIn, samplerOf } from "../../src/telemetry/environment.ts";

const TRACE = "0af7651916cd43dd8448eb211c80319c";
const SPAN = "b7ad6b7169203331";

test("a span of whoever started the program is the parent", () => {
  const parent = trace.getSpanContext(parentIn({ TRACEPARENT: `00-${TRACE}-${SPAN}-01` }));
  expect(parent).toMatchObject({
    traceId: TRACE,
    spanId: SPAN,
    traceFlags: TraceFlags.SAMPLED,
    isRemote: true,
  });
});

test.each([
  undefined,
  "",
  "nonsense",
  `00-${TRACE}-${SPAN}`,
  `00-${"0".repeat(32)}-${SPAN}-01`,
  `00-${TRACE}-${"0".repeat(16)}-01`,
  `01-${TRACE.toUpperCase()}-${SPAN}-01`,
])("%s is no parent", (value) => {
  expect(trace.getSpanContext(parentIn({ TRACEPARENT: value }))).toBeUndefined();
});

test.each([
  [{}, "01", true],
  [{}, "00", false],
  [{ OTEL_TRACES_SAMPLER: "always_on" }, "00", true],
  [{ OTEL_TRACES_SAMPLER: "always_off" }, "01", false],
  [{ OTEL_TRACES_SAMPLER: "parentbased_always_off" }, "01", true],
  [{ OTEL_TRACES_SAMPLER: "parentbased_always_off" }, "", false],
  [{ OTEL_TRACES_SAMPLER: "traceidratio", OTEL_TRACES_SAMPLER_ARG: "0" }, "", false],
  [{ OTEL_TRACES_SAMPLER: "traceidratio", OTEL_TRACES_SAMPLER_ARG: "1" }, "", true],
  [{ OTEL_TRACES_SAMPLER: "traceidratio", OTEL_TRACES_SAMPLER_ARG: "many" }, "", true],
  [{ OTEL_TRACES_SAMPLER: "jaeger_remote" }, "", true],
])("%j under a parent of flags %j is kept: %s", (environment, flags, isKept) => {
  const context = parentIn({ TRACEPARENT: flags && `00-${TRACE}-${SPAN}-${flags}` });
  const { decision } = samplerOf(environment).shouldSample(context, TRACE, "x", SpanKind.INTERNAL, {}, []);
  expect(decision === SamplingDecision.RECORD_AND_SAMPLED).toBe(isKept);
});

test("a signal is told unless another exporter is wanted for it, or none", () => {
  expect(isWanted({}, "TRACES")).toBe(true);
  expect(isWanted({ OTEL_TRACES_EXPORTER: "console, otlp" }, "TRACES")).toBe(true);
  expect(isWanted({ OTEL_TRACES_EXPORTER: "none" }, "TRACES")).toBe(false);
  expect(isWanted({ OTEL_METRICS_EXPORTER: "prometheus" }, "METRICS")).toBe(false);
});

test("numbers are whole and above 0", () => {
  expect(countIn({ A: "250" }, "A")).toBe(250);
  for (const value of [undefined, "", "0", "-1", "1.5", "soon"])
    expect(countIn({ A: value }, "A")).toBeUndefined();
});
