import { type Context, type Meter, type Span, SpanKind, SpanStatusCode, trace } from "@opentelemetry/api";
import { OTLPMetricExporter } from "@opentelemetry/exporter-metrics-otlp-http";
import { OTLPTraceExporter } from "@opentelemetry/exporter-trace-otlp-http";
import {
  defaultResource,
  detectResources,
  type Resource,
  resourceAttributesEnvDetector,
  resourceFromAttributes,
  serviceNameEnvDetector,
} from "@opentelemetry/resources";
import { MeterProvider, PeriodicExportingMetricReader } from "@opentelemetry/sdk-metrics";
import { BatchSpanProcessor, TracerProvider } from "@opentelemetry/sdk-trace";
import { Delivery, watchedMetrics, watchedSpans } from "./delivery.ts";
import { countIn, isWanted, parentIn, samplerOf } from "./environment.ts";
import { INSTRUMENTS, type MetricName } from "./gen-ai.ts";
import type { Attributes, Signal } from "./signals.ts";

export interface PipelineOptions {
  /** Of Plumb. */
  readonly version: string;
  /** Without the path of a signal; undefined for what the environment says, or this machine. */
  readonly endpoint: string | undefined;
  readonly environment: Readonly<Record<string, string | undefined>>;
  /** False as soon as nothing may be sent any more. */
  readonly isOn: () => boolean;
}

/** Milliseconds for one delivery, retries included, unless a variable says otherwise. */
const TIMEOUT_MS = 5_000;
const SCOPE = "plumb";

/** From signals to a collector, by OTLP over HTTP. Nothing here waits for it, and what it does not take is dropped. */
export class Pipeline {
  readonly #tracers: TracerProvider | undefined;
  readonly #meters: MeterProvider | undefined;
  readonly #record: ReturnType<typeof recorders>;
  readonly #delivery = new Delivery();
  readonly #open = new Map<string, { readonly span: Span; readonly within: Context }>();
  readonly #outside: Context;
  #sent = 0;

  constructor({ version, endpoint, environment, isOn }: PipelineOptions) {
    const resource = resourceOf(version);
    const of = (signal: "traces" | "metrics") => ({
      ...(endpoint !== undefined && { url: `${endpoint.replace(/\/+$/, "")}/v1/${signal}` }),
      timeoutMillis:
        countIn(environment, `OTEL_EXPORTER_OTLP_${signal.toUpperCase()}_TIMEOUT`) ??
        countIn(environment, "OTEL_EXPORTER_OTLP_TIMEOUT") ??
        TIMEOUT_MS,
      userAgent: `plumb/${version}`,
    });
    this.#outside = parentIn(environment);
    if (isWanted(environment, "TRACES"))
      this.#tracers = new TracerProvider({
        resource,
        sampler: samplerOf(environment),
        spanProcessors: [
          new BatchSpanProcessor({
            exporter: watchedSpans(new OTLPTraceExporter(of("traces")), isOn, this.#delivery),
            ...timing({ scheduledDelayMillis: countIn(environment, "OTEL_BSP_SCHEDULE_DELAY") }),
          }),
        ],
      });
    if (isWanted(environment, "METRICS"))
      this.#meters = new MeterProvider({
        resource,
        readers: [
          new PeriodicExportingMetricReader({
            exporter: watchedMetrics(new OTLPMetricExporter(of("metrics")), isOn, this.#delivery),
            ...timing({ exportIntervalMillis: countIn(environment, "OTEL_METRIC_EXPORT_INTERVAL") }),
          }),
        ],
      });
    this.#record = recorders(this.#meters, version);
  }

  /** Never throws: what cannot be told is not worth anything that somebody works on. */
  tell(signal: Signal): void {
    if (signal.type === "measure") return this.#record(signal.metric)?.(signal.value, signal.attributes);
    if (signal.type === "begin") return this.#begin(signal);
    const { span } = this.#open.get(signal.span) ?? {};
    this.#open.delete(signal.span);
    if (!span) return;
    span.setAttributes(own(signal.attributes));
    if (signal.isFault) span.setStatus({ code: SpanStatusCode.ERROR });
    if (span.isRecording()) this.#sent += 1;
    span.end(signal.at);
  }

  #begin({ span: id, parent, name, kind, at, attributes }: Extract<Signal, { type: "begin" }>): void {
    const above = (parent === undefined ? undefined : this.#open.get(parent)?.within) ?? this.#outside;
    const span = this.#tracers?.getTracer(SCOPE).startSpan(
      name,
      {
        kind: kind === "client" ? SpanKind.CLIENT : SpanKind.INTERNAL,
        ...{ startTime: at, attributes: own(attributes) },
      },
      above,
    );
    if (span) this.#open.set(id, { span, within: trace.setSpan(above, span) });
  }

  /**
   * Sends what waits, for at most `withinMs` milliseconds. Resolves to what was lost, in words; undefined when nothing was.
   * Never rejects.
   */
  async close(withinMs: number): Promise<string | undefined> {
    let timer: NodeJS.Timeout | undefined;
    const tooLate = new Promise<"late">((resolve) => {
      timer = setTimeout(() => resolve("late"), withinMs);
    });
    const sending = Promise.allSettled([this.#tracers?.shutdown(), this.#meters?.shutdown()]);
    const isLate = (await Promise.race([sending, tooLate])) === "late";
    clearTimeout(timer);
    const { spans, trouble } = this.#delivery;
    if (!isLate && trouble === undefined) return undefined;
    const lost = this.#sent - spans;
    const why = trouble ?? "no answer in time";
    return `The collector did not take everything (${why}): ${lost} of ${this.#sent} spans of this session may be missing there.`;
  }
}

/** Nothing about the machine, the process or its user: only what the user's own variables say. */
function resourceOf(version: string): Resource {
  const ours = resourceFromAttributes({
    "service.name": "plumb",
    "service.version": version,
    // Drawn anew: two windows must not count into one series, and nothing shall be found again by it.
    "service.instance.id": crypto.randomUUID(),
  });
  const theirs = detectResources({ detectors: [resourceAttributesEnvDetector, serviceNameEnvDetector] });
  return defaultResource().merge(ours).merge(theirs);
}

/** Without what is left out: the SDK takes undefined for a value. */
function timing<K extends string>(
  values: Readonly<Record<K, number | undefined>>,
): Partial<Record<K, number>> {
  const known: Partial<Record<K, number>> = {};
  for (const key in values) {
    const value = values[key];
    if (value !== undefined) known[key] = value;
  }
  return known;
}

/** The SDK wants lists that it may write to. */
const own = (attributes: Attributes) =>
  Object.fromEntries(
    Object.entries(attributes).map(([key, value]) => [key, typeof value === "object" ? [...value] : value]),
  );

type Recorder = (value: number, attributes: Attributes) => void;

function recorders(
  meters: MeterProvider | undefined,
  version: string,
): (name: MetricName) => Recorder | undefined {
  const meter = meters?.getMeter(SCOPE, version);
  const made = new Map<MetricName, Recorder>();
  return (name) => {
    if (!meter) return undefined;
    const known = made.get(name) ?? recorderOf(meter, name);
    made.set(name, known);
    return known;
  };
}

function recorderOf(meter: Meter, name: MetricName): Recorder {
  const { boundaries, ...about } = INSTRUMENTS[name];
  if (!boundaries) {
    const counter = meter.createCounter(name, about);
    return (value, attributes) => counter.add(value, own(attributes));
  }
  const histogram = meter.createHistogram(name, {
    ...about,
    advice: { explicitBucketBoundaries: [...boundaries] },
  });
  return (value, attributes) => histogram.record(value, own(attributes));
}
