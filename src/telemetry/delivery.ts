import type { PushMetricExporter, ResourceMetrics } from "@opentelemetry/sdk-metrics";
import type { ReadableSpan, SpanExporter } from "@opentelemetry/sdk-trace";

type Done = Parameters<SpanExporter["export"]>[1];
type Result = Parameters<Done>[0];

/** What became of what was sent. */
export class Delivery {
  /** Spans that the collector took. */
  spans = 0;
  /** Why the newest thing that was not taken was not; undefined while all was. */
  trouble: string | undefined;

  note(done: Done, spans = 0): Done {
    return (result) => {
      if (isDone(result)) this.spans += spans;
      else this.trouble = reasonOf(result.error);
      done(result);
    };
  }
}

/** The SDK's number for success. */
const isDone = ({ code }: Result): boolean => code === 0;

/** A code rather than a sentence: what a server says may be long, and may quote what it was sent. */
function reasonOf(error: (Error & { readonly code?: unknown }) | undefined): string {
  if (error === undefined) return "no reason was given";
  const { code, message } = error;
  if (typeof code === "number") return `HTTP ${code}`;
  if (typeof code === "string") return code;
  return /timed out/i.test(message) ? "no answer in time" : "it did not take them";
}

/** The same exporter, but for what `isOn` no longer wants, and with a note about what became of it. */
export const watchedSpans = (to: SpanExporter, isOn: () => boolean, delivery: Delivery): SpanExporter => ({
  export(spans: ReadableSpan[], done) {
    if (isOn()) to.export(spans, delivery.note(done, spans.length));
    else done({ code: 0 });
  },
  forceFlush: async () => to.forceFlush?.(),
  shutdown: () => to.shutdown(),
});

export const watchedMetrics = (
  to: PushMetricExporter,
  isOn: () => boolean,
  delivery: Delivery,
): PushMetricExporter => ({
  export(metrics: ResourceMetrics, done) {
    if (isOn()) to.export(metrics, delivery.note(done));
    else done({ code: 0 });
  },
  forceFlush: () => to.forceFlush(),
  shutdown: () => to.shutdown(),
  ...(to.selectAggregationTemporality && {
    selectAggregationTemporality: to.selectAggregationTemporality.bind(to),
  }),
});
