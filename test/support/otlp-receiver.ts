import { createServer, type IncomingMessage, type ServerResponse } from "node:http";
import type { AddressInfo } from "node:net";
import * as z from "zod";

/** OTLP over HTTP with JSON, by its definition: every field that is not known to it is an error. */
const Scalar = z.union([
  z.strictObject({ stringValue: z.string() }),
  z.strictObject({ boolValue: z.boolean() }),
  z.strictObject({ intValue: z.union([z.number().int(), z.string().regex(/^-?\d+$/)]) }),
  z.strictObject({ doubleValue: z.number() }),
]);
const AnyValue = z.union([
  Scalar,
  z.strictObject({ arrayValue: z.strictObject({ values: z.array(Scalar) }) }),
]);
const KeyValue = z.strictObject({ key: z.string().min(1), value: AnyValue });
const Attributes = z.array(KeyValue).refine((all) => new Set(all.map(({ key }) => key)).size === all.length);
const Nanos = z.string().regex(/^\d{19}$/);
const Resource = z.strictObject({
  attributes: Attributes,
  droppedAttributesCount: z.literal(0),
  entityRefs: z.array(z.never()).optional(),
});
const Scope = z.strictObject({
  name: z.string(),
  version: z.string().optional(),
  attributes: Attributes.optional(),
  droppedAttributesCount: z.number().optional(),
});

const Span = z.strictObject({
  traceId: z.string().regex(/^[\da-f]{32}$/),
  spanId: z.string().regex(/^[\da-f]{16}$/),
  parentSpanId: z
    .string()
    .regex(/^[\da-f]{16}$/)
    .optional(),
  traceState: z.string().optional(),
  name: z.string().min(1),
  kind: z.union([z.literal(1), z.literal(3)]),
  startTimeUnixNano: Nanos,
  endTimeUnixNano: Nanos,
  attributes: Attributes,
  droppedAttributesCount: z.literal(0),
  events: z.array(z.never()),
  droppedEventsCount: z.literal(0),
  links: z.array(z.never()),
  droppedLinksCount: z.literal(0),
  status: z.strictObject({ code: z.union([z.literal(0), z.literal(2)]), message: z.string().optional() }),
  flags: z.number().int(),
});
const Traces = z.strictObject({
  resourceSpans: z.array(
    z.strictObject({
      resource: Resource,
      scopeSpans: z.array(
        z.strictObject({ scope: Scope, spans: z.array(Span), schemaUrl: z.string().optional() }),
      ),
      schemaUrl: z.string().optional(),
    }),
  ),
});

const Count = z.union([z.number().int().nonnegative(), z.string().regex(/^\d+$/)]);
const Point = { attributes: Attributes, startTimeUnixNano: Nanos, timeUnixNano: Nanos };
const HistogramPoint = z
  .strictObject({
    ...Point,
    count: Count,
    sum: z.number(),
    min: z.number().optional(),
    max: z.number().optional(),
    bucketCounts: z.array(Count),
    explicitBounds: z.array(z.number()),
    flags: z.number().optional(),
    exemplars: z.array(z.never()).optional(),
  })
  .refine(({ bucketCounts, explicitBounds }) => bucketCounts.length === explicitBounds.length + 1);
const NumberPoint = z.strictObject({
  ...Point,
  asDouble: z.number().optional(),
  asInt: Count.optional(),
  flags: z.number().optional(),
  exemplars: z.array(z.never()).optional(),
});
const Metric = z.strictObject({
  name: z.string().min(1),
  description: z.string().min(1),
  unit: z.string().min(1),
  metadata: z.array(z.never()).optional(),
  histogram: z
    .strictObject({ aggregationTemporality: z.literal(2), dataPoints: z.array(HistogramPoint).min(1) })
    .optional(),
  sum: z
    .strictObject({
      aggregationTemporality: z.literal(2),
      isMonotonic: z.literal(true),
      dataPoints: z.array(NumberPoint).min(1),
    })
    .optional(),
});
const Metrics = z.strictObject({
  resourceMetrics: z.array(
    z.strictObject({
      resource: Resource,
      scopeMetrics: z.array(
        z.strictObject({ scope: Scope, metrics: z.array(Metric), schemaUrl: z.string().optional() }),
      ),
      schemaUrl: z.string().optional(),
    }),
  ),
});

type Value = string | number | boolean | readonly (string | number | boolean)[];
export interface ReceivedSpan {
  readonly name: string;
  readonly id: string;
  readonly trace: string;
  readonly parent: string | undefined;
  readonly kind: "internal" | "client";
  readonly isError: boolean;
  readonly ms: number;
  readonly attributes: Readonly<Record<string, Value>>;
}
export interface ReceivedPoint {
  readonly metric: string;
  readonly unit: string;
  /** Of a histogram how often; of a counter how much. */
  readonly value: number;
  /** Of a histogram. */
  readonly sum: number | undefined;
  readonly attributes: Readonly<Record<string, Value>>;
}
export type Answer = number | "hang";

export interface Receiver {
  readonly url: string;
  readonly spans: ReceivedSpan[];
  /** As they were told last. */
  readonly points: ReceivedPoint[];
  readonly resource: Readonly<Record<string, Value>>;
  /** What is wrong with what came, in words. */
  readonly problems: string[];
  /** Everything that came, as it was on the wire: addresses, headers and bodies. */
  readonly bytes: string[];
  readonly headers: IncomingMessage["headers"][];
  close(): Promise<void>;
}

/** A collector on this machine, which refuses what does not follow the protocol. `answer`: a status, or none at all. */
export async function startReceiver(answer: () => Answer = () => 200): Promise<Receiver> {
  const received = {
    ...{ spans: [] as ReceivedSpan[], points: [] as ReceivedPoint[], problems: [] as string[] },
    ...{ bytes: [] as string[], headers: [] as IncomingMessage["headers"][] },
    resource: {} as Record<string, Value>,
  };
  const server = createServer((request, response) => {
    void take(request).then((body) => reply(request, body, response));
  });
  const reply = (request: IncomingMessage, body: string, response: ServerResponse): void => {
    received.bytes.push(`${request.method} ${request.url}\n${JSON.stringify(request.rawHeaders)}\n${body}`);
    received.headers.push(request.headers);
    const status = answer();
    if (status === "hang") return;
    if (status === 200) understand(request, body, received);
    response.writeHead(status, { "content-type": "application/json" }).end("{}");
  };
  await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
  const { port } = server.address() as AddressInfo;
  return {
    ...received,
    get resource() {
      return received.resource;
    },
    get points() {
      return received.points;
    },
    url: `http://127.0.0.1:${port}`,
    async close() {
      server.closeAllConnections();
      await new Promise((resolve) => server.close(resolve));
    },
  };
}

async function take(request: IncomingMessage): Promise<string> {
  const parts: Buffer[] = [];
  for await (const part of request) parts.push(part as Buffer);
  return Buffer.concat(parts).toString("utf8");
}

interface Received {
  spans: ReceivedSpan[];
  points: ReceivedPoint[];
  problems: string[];
  resource: Record<string, Value>;
}

function understand(request: IncomingMessage, body: string, into: Received): void {
  try {
    if (request.method !== "POST") throw new Error(`it is a ${request.method}`);
    if (request.headers["content-type"] !== "application/json") throw new Error("it is no JSON");
    if (request.url === "/v1/traces") return takeTraces(Traces.parse(JSON.parse(body)), into);
    if (request.url === "/v1/metrics") return takeMetrics(Metrics.parse(JSON.parse(body)), into);
    throw new Error("there is nothing here");
  } catch (thrown) {
    into.problems.push(`${request.url}: ${thrown instanceof Error ? thrown.message : String(thrown)}`);
  }
}

function takeTraces({ resourceSpans }: z.infer<typeof Traces>, into: Received): void {
  for (const { resource, scopeSpans } of resourceSpans) {
    Object.assign(into.resource, valuesOf(resource.attributes));
    for (const span of scopeSpans.flatMap(({ spans }) => spans)) {
      const ms = Number((BigInt(span.endTimeUnixNano) - BigInt(span.startTimeUnixNano)) / 1_000_000n);
      if (ms < 0) into.problems.push(`${span.name} ends before it begins`);
      into.spans.push({
        ...{ name: span.name, id: span.spanId, trace: span.traceId, parent: span.parentSpanId, ms },
        kind: span.kind === 3 ? "client" : "internal",
        isError: span.status.code === 2,
        attributes: valuesOf(span.attributes),
      });
    }
  }
}

function takeMetrics({ resourceMetrics }: z.infer<typeof Metrics>, into: Received): void {
  into.points = resourceMetrics
    .flatMap(({ scopeMetrics }) => scopeMetrics.flatMap(({ metrics }) => metrics))
    .flatMap(({ name, unit, histogram, sum }) => [
      ...(histogram?.dataPoints ?? []).map((point) => ({
        ...{ metric: name, unit, value: Number(point.count), sum: point.sum },
        attributes: valuesOf(point.attributes),
      })),
      ...(sum?.dataPoints ?? []).map((point) => ({
        ...{ metric: name, unit, value: Number(point.asDouble ?? point.asInt), sum: undefined },
        attributes: valuesOf(point.attributes),
      })),
    ]);
}

const valuesOf = (attributes: z.infer<typeof Attributes>): Record<string, Value> =>
  Object.fromEntries(
    attributes.map(({ key, value }) => [
      key,
      "arrayValue" in value ? value.arrayValue.values.map(scalarOf) : scalarOf(value),
    ]),
  );

function scalarOf(value: z.infer<typeof Scalar>): string | number | boolean {
  if ("stringValue" in value) return value.stringValue;
  if ("boolValue" in value) return value.boolValue;
  return "intValue" in value ? Number(value.intValue) : value.doubleValue;
}
