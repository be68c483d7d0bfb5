import type { Browser } from "playwright-core";
import type { LiveEvent } from "../../../src/core/live-event.ts";
import { Log } from "./log.ts";
import { PanelPage } from "./panel-page.ts";
import { ANSWER, SHOWCASE } from "./texts.ts";

export interface Frames {
  readonly count: number;
  /** Milliseconds between two frames. */
  readonly medianMs: number;
  readonly p95Ms: number;
  readonly worstMs: number;
}

const CHARS_PER_TOKEN = 4;

/** Streams a reply of this many tokens into the panel, some every frame, and measures the frames meanwhile. */
export async function measureStream(
  browser: Browser,
  tokens: number,
  tokensPerFrame: number,
): Promise<Frames> {
  const panel = await PanelPage.open(browser);
  await panel.deliver(new Log().setUp().prompt("Write a lot.").snapshot(true));
  const text = `${ANSWER}\n\n${SHOWCASE}\n\n`.repeat(
    Math.ceil((tokens * CHARS_PER_TOKEN) / (ANSWER.length + SHOWCASE.length)),
  );
  const gaps = await panel.page.evaluate(
    ({ all, size }) =>
      new Promise<number[]>((resolve) => {
        const times: number[] = [];
        let at = 0;
        const frame = (now: number): void => {
          times.push(now);
          const event: LiveEvent = { type: "text", agentId: "main", delta: all.slice(at, at + size) };
          at += size;
          window.panelTest.deliver({ type: "live", events: [event] });
          if (at < all.length) requestAnimationFrame(frame);
          else resolve(times.slice(1).map((time, index) => time - (times[index] ?? time)));
        };
        requestAnimationFrame(frame);
      }),
    { all: text.slice(0, tokens * CHARS_PER_TOKEN), size: tokensPerFrame * CHARS_PER_TOKEN },
  );
  await panel.close();
  const sorted = gaps.toSorted((a, b) => a - b);
  const at = (share: number): number =>
    sorted[Math.min(sorted.length - 1, Math.floor(sorted.length * share))] ?? 0;
  return { count: gaps.length, medianMs: at(0.5), p95Ms: at(0.95), worstMs: at(1) };
}

/** Milliseconds from the arrival of a snapshot with this many turns to the frame that shows it. */
export async function measureSnapshot(browser: Browser, turns: number): Promise<number> {
  const panel = await PanelPage.open(browser);
  const log = new Log().setUp();
  for (let turn = 0; turn < turns; turn += 1) log.prompt(`Question ${turn}`).reply(ANSWER);
  const ms = await panel.page.evaluate(
    (snapshot) =>
      new Promise<number>((resolve) => {
        const start = performance.now();
        window.panelTest.deliver(snapshot);
        const look = (): void => {
          if (document.querySelector(".row")) resolve(performance.now() - start);
          else requestAnimationFrame(look);
        };
        requestAnimationFrame(look);
      }),
    log.snapshot(),
  );
  await panel.close();
  return ms;
}
