import type { FrameLocator, Page } from "playwright-core";
import { startFakeApi } from "../support/fake-api/fake-api.ts";
import { type Part, type Reply, reply, say } from "../support/fake-api/replies.ts";
import { composer, send } from "../ui/support/scripted.ts";
import { setup } from "../ui/support/set-up-run.ts";
import { startUi, type Ui } from "../ui/support/start-ui.ts";
import { ANSWER, SHOWCASE } from "../webview/harness/texts.ts";
import { keep, median, out, show } from "./figures.ts";
import { type Frames, openEntry, summarise, watchForTyping, watchIdle, watchReply } from "./frames.ts";
import { LONG, storeLongSession } from "./long-session.ts";
import { countPrefix } from "./prefix.ts";

const TOKENS = 20_000;
const CHARS_PER_TOKEN = 4;
const EVENTS = 5_000;
const VIEWPORT = { width: 1280, height: 800 };
const IDLE_MS = 3_000;
/** In the second window of a new browser the editor itself takes seconds before it begins with any web view. */
const WARM_UP = 2;
/** The second stream lasts so long that a dropped frame is a share, not an accident. */
const PACED_MS = 10_000;

/** The editor's half: the packaged extension in a real VS Code, before the fake API, in a headless browser. */
export async function benchEditor(runs: number): Promise<void> {
  await setup();
  let next: Reply = reply(say("Hello."));
  const api = await startFakeApi({ script: () => next });
  const ui = await startUi({
    env: { ANTHROPIC_API_KEY: "bench", ANTHROPIC_BASE_URL: api.url },
    viewport: VIEWPORT,
    prepare: (places) => storeLongSession(places, EVENTS),
  });
  try {
    await benchStart(ui, runs);
    await benchOpening(ui, runs);
    await benchStream(ui, runs, "at full speed", (to) => {
      next = { parts: [say(words(), CHARS_PER_TOKEN)], isSlow: false };
      return to();
    });
    await benchStream(ui, Math.min(runs, 2), `over ${PACED_MS / 1000} s`, (to) => {
      next = reply(...paced());
      return to();
    });
    const tokens = await countPrefix(api);
    out(`\n  system prompt and tools ${tokens} tokens (goal 3000)`);
    keep("editor prefix", 1, { tokens });
    if (api.refusals.length > 0) throw new Error(api.refusals.join("\n"));
  } catch (thrown) {
    out(`What the editor showed: ${await ui.shot("bench-failed")}`);
    throw thrown;
  } finally {
    await ui.stop();
    await api.close();
  }
}

async function benchStart(ui: Ui, runs: number): Promise<void> {
  await ui.page.context().addInitScript(watchForTyping);
  const activation: number[] = [];
  const typing: number[] = [];
  for (let i = -WARM_UP; i < runs; i += 1) {
    // Closed when the window loads, so that the click has everything to do.
    await forgetLayout(ui);
    await ui.reload();
    const [activated, typed] = [await activationMs(ui), await clickToTypingMs(ui)];
    if (i >= 0) {
      activation.push(activated);
      typing.push(typed);
    }
    await composer(ui.panel()).fill("");
  }
  out(`\neditor, ${runs} window loads, medians, spread in brackets`);
  out(`  activation ${show(activation)} ms (loading and running our code; goal 50)`);
  out(`  click to typing ${show(typing)} ms (goal 400)`);
  keep("editor start", runs, { activationMs: median(activation), clickToTypingMs: median(typing) });
}

/** A window like new: the side bar shows the explorer, Plumb was never opened. */
async function forgetLayout({ page }: Ui): Promise<void> {
  const session = await page.context().newCDPSession(page);
  await session.send("Storage.clearDataForOrigin", {
    origin: new URL(page.url()).origin,
    storageTypes: "indexeddb",
  });
  await session.detach();
}

/** What the editor itself measured and lists among the running extensions. */
async function activationMs({ page, vs }: Ui): Promise<number> {
  await vs(async (vscode) => {
    await vscode.extensions.getExtension("plumb.plumb")?.activate();
    await vscode.commands.executeCommand("workbench.action.showRuntimeExtensions");
  });
  const row = page.locator(".runtime-extensions-editor .extension", {
    has: page.locator(".name", { hasText: /^Plumb$/ }),
  });
  // The slowest stand first, and only those in sight are elements.
  await page.setViewportSize({ ...VIEWPORT, height: 3 * VIEWPORT.height });
  const words = (await row.locator(".activation-time").textContent()) ?? "";
  await page.setViewportSize(VIEWPORT);
  await vs((vscode) => vscode.commands.executeCommand("workbench.action.closeAllEditors"));
  const ms = /(\d+)ms/.exec(words)?.[1];
  if (ms === undefined) throw new Error(`The editor says of the activation only "${words}".`);
  return Number(ms);
}

async function clickToTypingMs({ page, openPanel }: Ui): Promise<number> {
  const panel = await openPanel();
  await panel.locator("html[data-bench-typed]").waitFor({ state: "attached" });
  const typed = await panel.locator("html").getAttribute("data-bench-typed");
  if (typed === "lost") throw new Error("The composer was there but lost what was typed.");
  return Number(typed) - (await pressedAt(page));
}

/** The press on the icon was the first since the window was loaded. */
const pressedAt = async (page: Page): Promise<number> =>
  Number(await page.locator("html").first().getAttribute("data-bench-pressed"));

async function benchOpening(ui: Ui, runs: number): Promise<void> {
  const times: number[] = [];
  for (let i = 0; i < runs; i += 1) {
    await ui.vs((vscode) => vscode.commands.executeCommand("plumb.newChat"));
    await ui.vs((vscode) => vscode.commands.executeCommand("plumb.history"));
    await ui.panel().locator(".history-open", { hasText: LONG.title }).waitFor();
    times.push(await ui.panel().locator("body").evaluate(openEntry, LONG));
  }
  out(`  a session of ${EVENTS} events opens in ${show(times)} ms (goal 300)`);
  keep("editor opens a session", runs, { openMs: median(times) });
}

async function benchStream(
  ui: Ui,
  runs: number,
  how: string,
  start: (to: () => Promise<number[]>) => Promise<number[]>,
): Promise<void> {
  const idle: Frames[] = [];
  const busy: Frames[] = [];
  const before = await hostMemory(ui);
  for (let i = 0; i < runs; i += 1) {
    await ui.vs((vscode) => vscode.commands.executeCommand("plumb.newChat"));
    const panel = ui.panel();
    await panel.locator(".reply").first().waitFor({ state: "detached" });
    const body = panel.locator("body");
    idle.push(summarise(await body.evaluate(watchIdle, IDLE_MS)));
    busy.push(summarise(await start(() => streamOnce(panel))));
  }
  const after = await hostMemory(ui);
  out(`\n  ${TOKENS} tokens ${how}, ${runs} runs`);
  const row: Record<string, number> = { hostMb: after };
  for (const key of ["count", "rate", "onTime", "medianMs", "p95Ms", "worstMs"] as const) {
    const [a, b] = [idle, busy].map((list) => list.map((frames) => frames[key]));
    if (!a || !b) continue;
    row[`${key}.idle`] = median(a);
    row[`${key}.busy`] = median(b);
    const [x, y] = key === "onTime" ? [a.map((n) => 100 * n), b.map((n) => 100 * n)] : [a, b];
    const ratio = key === "count" ? "" : `ratio ${(median(b) / median(a)).toFixed(2)}`;
    out(
      `    ${LABELS[key].padEnd(18)} idle ${show(x).padEnd(20)} streaming ${show(y).padEnd(20)} ${ratio}`.trimEnd(),
    );
  }
  out(`    extension host ${before.toFixed(0)} MB before, ${after.toFixed(0)} MB after`);
  keep(`editor stream ${how}`, runs, row);
}

const LABELS = {
  count: "frames",
  rate: "frames a second",
  onTime: "within 20 ms, %",
  medianMs: "median, ms",
  p95Ms: "p95, ms",
  worstMs: "worst, ms",
} as const;

async function streamOnce(panel: FrameLocator): Promise<number[]> {
  const gaps = panel.locator("body").evaluate(watchReply);
  const [result] = await Promise.all([gaps, send(panel, "Write a lot.")]);
  return result;
}

function words(): string {
  const piece = `${ANSWER}\n\n${SHOWCASE}\n\n`;
  return piece
    .repeat(Math.ceil((TOKENS * CHARS_PER_TOKEN) / piece.length))
    .slice(0, TOKENS * CHARS_PER_TOKEN);
}

function paced(): Part[] {
  const stepMs = 10;
  const size = Math.ceil((words().length * stepMs) / PACED_MS);
  return Array.from({ length: PACED_MS / stepMs }, (_, i): Part[] => [
    { kind: "gate", open: new Promise((resolve) => setTimeout(resolve, i * stepMs)) },
    say(words().slice(i * size, (i + 1) * size), CHARS_PER_TOKEN),
  ]).flat();
}

/** Megabytes that the process of all extensions has resident. */
const hostMemory = async ({ vs }: Ui): Promise<number> =>
  (await vs(() => process.memoryUsage().rss)) / (1024 * 1024);
