import { onTestFinished } from "vitest";
import type { AppOptions } from "../../src/app/app-options.ts";
import { factsOf } from "../../src/models/model-table.ts";
import { type WatchOptions, watcher } from "../../src/telemetry/watch-session.ts";
import { type Answer, type ReceivedSpan, type Receiver, startReceiver } from "../support/otlp-receiver.ts";

export interface Watching {
  readonly receiver: Receiver;
  /** What a conversation is opened with so that the receiver hears of it. */
  readonly options: Pick<AppOptions, "watch">;
  /** What was lost, in words, of every session that was closed. */
  readonly lost: (string | undefined)[];
}

/** A collector and who tells it; gone when the test ends. */
export async function startWatching(
  wish: Partial<WatchOptions> = {},
  answer?: () => Answer,
): Promise<Watching> {
  const receiver = await startReceiver(answer);
  onTestFinished(() => receiver.close());
  const lost: (string | undefined)[] = [];
  const watch = watcher(
    {
      ...{ endpoint: receiver.url, includesContent: false, version: "1.2.3", environment: {} },
      ...{ provider: "anthropic", isOn: () => true, priceOf: (model) => factsOf(model)?.price },
      ...wish,
    },
    async (rest) => void lost.push(await rest),
  );
  return { receiver, options: { watch }, lost };
}

/** The spans as a tree of their names, those that began first coming first as they were sent. */
export function treeOf(spans: readonly ReceivedSpan[], parent?: string): unknown[] {
  return spans
    .filter((span) => span.parent === parent)
    .map((span) => {
      const below = treeOf(spans, span.id);
      return below.length > 0 ? { [span.name]: below } : span.name;
    });
}

export const named = (spans: readonly ReceivedSpan[], name: string): ReceivedSpan[] =>
  spans.filter((span) => span.name === name);
