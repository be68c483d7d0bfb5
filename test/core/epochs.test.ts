import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { clearResults } from "../../src/context/clear-results.ts";
import { dropSuperseded } from "../../src/context/drop-superseded.ts";
import { emergencyCut } from "../../src/context/emergency-cut.ts";
import { Estimator } from "../../src/context/estimate.ts";
import { freshStart } from "../../src/context/fresh-start.ts";
import { signedSummary } from "../../src/context/signed-summary.ts";
import { summarise } from "../../src/context/summarise.ts";
import type { ContextStrategy } from "../../src/core/context.ts";
import { openCalls, owesReply } from "../../src/core/conversation.ts";
import { epochOf, pinsOf } from "../../src/core/epoch.ts";
import type { AgentEvent } from "../../src/core/event.ts";
import { accept, Conversation, never, type Said, size } from "../support/conversation.ts";
import type { Unit } from "../support/fake-api/units.ts";

const RUNS = 1_000;
const STRATEGIES = [
  "summarise",
  "signed",
  "fresh",
  "emergency",
  "clear",
  "superseded",
  "edit",
  "drop",
] as const;

/** What happens in one step; numbers pick among what is possible at that moment. */
interface Step {
  readonly thinks: boolean;
  readonly speaks: boolean;
  readonly calls: readonly string[];
  readonly typesWhileStreaming: boolean;
  readonly typesWhileRunning: number;
  readonly order: readonly number[];
  readonly stops: boolean;
  readonly leavesOpen: boolean;
  readonly reminds: boolean;
  readonly child: boolean;
  readonly room: (typeof STRATEGIES)[number] | undefined;
  readonly roomWhileStreaming: boolean;
  readonly pins: number | undefined;
  readonly unpins: boolean;
  readonly tail: number;
}
const seldom = <T>(value: fc.Arbitrary<T>, weight = 4): fc.Arbitrary<T | undefined> =>
  fc.oneof({ weight, arbitrary: fc.constant(undefined) }, { weight: 1, arbitrary: value });
const step: fc.Arbitrary<Step> = fc.record({
  thinks: fc.boolean(),
  speaks: fc.boolean(),
  calls: fc.array(fc.constantFrom("Read", "Bash", "Write", "TodoWrite", "ExitPlanMode"), { maxLength: 4 }),
  typesWhileStreaming: seldom(fc.constant(true)).map(Boolean),
  typesWhileRunning: fc.nat(3),
  order: fc.array(fc.nat(9), { minLength: 4, maxLength: 4 }),
  stops: seldom(fc.constant(true), 6).map(Boolean),
  leavesOpen: seldom(fc.constant(true), 6).map(Boolean),
  reminds: seldom(fc.constant(true)).map(Boolean),
  child: seldom(fc.constant(true)).map(Boolean),
  room: seldom(fc.constantFrom(...STRATEGIES), 2),
  roomWhileStreaming: seldom(fc.constant(true), 6).map(Boolean),
  pins: seldom(fc.nat(30), 3),
  unpins: seldom(fc.constant(true), 5).map(Boolean),
  tail: fc.constantFrom(0, 60, 400, 100_000),
});

interface Written {
  readonly talk: Conversation;
  /** Pins with what they are about, and the requests made after each room was made. */
  readonly made: { readonly length: number; readonly strategy: string }[];
}

/** Writes a log as the loop does, with people typing, stopping, pinning and summarising at the worst moments. */
async function write(steps: readonly Step[]): Promise<Written> {
  const talk = new Conversation();
  const made: { length: number; strategy: string }[] = [];
  talk.user("Fix the parser, and keep the tests.");
  for (const [round, now] of steps.entries()) await play(now, round, talk, made);
  return { talk, made };
}

async function play(now: Step, round: number, talk: Conversation, made: Written["made"]): Promise<void> {
  const { log } = talk;
  // Somebody decided about a call that waited.
  for (const { id } of openCalls(log, "main")) talk.result(id, "allowed at last");
  if (now.reminds) {
    const copy = `<instructions path="/w/AGENTS.md">\n## Rules <!-- keep -->\nrule ${round}\n</instructions>`;
    talk.append({ type: "reminder", text: copy });
    talk.append({ type: "instructions", cause: "changed", files: [] });
  }
  if (!owesReply(log, "main")) talk.user(`typed ${round}`);
  pin(now, talk);
  if (now.room) await makeRoom(now, talk, made);
  const type = (): void => void talk.user(`meanwhile ${log.length}`);
  if (now.stops) {
    talk.append({ type: "partial", text: "I was about to", thinking: "", reason: "cancelled" });
    talk.append({ type: "finished", outcome: "cancelled" });
    return;
  }
  const ids = now.calls.map((_, i) => `call_${round}_${i}`);
  const parts: Said[] = [
    ...(now.thinks ? [{ think: `hm ${round}` }] : []),
    ...(now.speaks || ids.length === 0 ? [{ say: `step ${round}` }] : []),
    ...ids.map((id, i) => callOf(id, now.calls[i] ?? "Bash", round)),
  ];
  talk.reply(parts, () => {
    if (now.typesWhileStreaming) type();
    if (now.child) talk.append({ type: "user", content: [{ type: "text", text: "for a child" }] }, "main/c");
    if (now.roomWhileStreaming) editOrDrop(talk, made);
  });
  const inOrder = ids.toSorted((a, b) => (now.order[ids.indexOf(a)] ?? 0) - (now.order[ids.indexOf(b)] ?? 0));
  for (const [i, id] of inOrder.entries()) {
    if (i < now.typesWhileRunning) type();
    if (now.leavesOpen && i === inOrder.length - 1) continue;
    finish(id, now.calls[ids.indexOf(id)] ?? "Bash", round, talk);
  }
  if (ids.length === 0) talk.append({ type: "finished", outcome: "done" });
}

const callOf = (id: string, name: string, round: number): Said => ({
  call: id,
  name,
  input: name === "ExitPlanMode" ? { plan: `Plan ${round}` } : { file_path: `/w/${round % 2}.ts` },
});

function finish(id: string, name: string, round: number, talk: Conversation): void {
  const words = `${name} brought ${id} </data-ab12cd34> ${"long ".repeat(100)}`;
  const path = `/w/${round % 2}.ts`;
  const isFile = name === "Read" || name === "Write";
  // A command that brought what it brought before.
  const before = talk.log.findLast((event) => event.type === "tool.finished");
  // It names the one that is sent in full, never one that names another.
  const isFull = before?.type === "tool.finished" && before.sameAs === undefined;
  const earlier = name === "Bash" && round % 2 === 1 && isFull && before.callId;
  talk.result(id, words, {
    ...(isFile && { seen: [{ path, hash: `h${round}`, isPartial: false }] }),
    ...(name === "TodoWrite" && {
      detail: { kind: "todos", todos: [{ content: `todo ${round}`, status: "pending", activeForm: "x" }] },
    }),
    ...(round % 3 === 0 && { source: { kind: "command", name: "" } }),
    ...(round % 4 === 0 && { isError: true }),
    ...(earlier && { sameAs: earlier }),
  });
}

function pin(now: Step, talk: Conversation): void {
  const { pins } = now;
  if (pins === undefined) return;
  const { cleared } = epochOf(talk.log);
  const targets = talk.log.flatMap((event): (string | number)[] => {
    if (event.agentId !== "main") return [];
    if (event.type === "tool.finished") return cleared.has(event.callId) ? [] : [event.callId];
    return event.type === "user" || event.type === "assistant" ? [event.seq] : [];
  });
  const target = targets[pins % targets.length];
  if (target === undefined) return;
  talk.append({ type: "pinned", target, isPinned: !now.unpins });
}

/** What a person may do at any moment. */
function editOrDrop(talk: Conversation, made: Written["made"]): void {
  const { compacted, cleared } = epochOf(talk.log);
  const pins = pinsOf(talk.log);
  const result = talk.log.find(
    (event) => event.type === "tool.finished" && !cleared.has(event.callId) && !pins.has(event.callId),
  );
  if (compacted) {
    const { keepFromSeq, kept } = compacted;
    const body = { type: "compacted" as const, strategy: "edited", summary: "In my words.", keepFromSeq };
    talk.append({ ...body, ...(kept && { kept }) });
  } else if (result?.type === "tool.finished") {
    talk.append({ type: "cleared", callIds: [result.callId], strategy: "user" });
  } else return;
  made.push({ length: talk.log.length, strategy: "by hand" });
}

async function makeRoom(now: Step, talk: Conversation, made: Written["made"]): Promise<void> {
  if (now.room === "edit" || now.room === "drop") return editOrDrop(talk, made);
  talk.canSign = now.room === "signed";
  const strategy = strategyOf(now.room, now.tail);
  const room = await strategy?.makeRoom(talk.view("hand"), never);
  talk.make(room);
  if (room && room.events.length > 0) made.push({ length: talk.log.length, strategy: now.room ?? "" });
}

function strategyOf(name: Step["room"], tokens: number): ContextStrategy | undefined {
  const parts = { size, tail: { tokens, lastTokens: tokens * 2 } };
  const sizeOf = (request: Parameters<Estimator["request"]>[0]): number => new Estimator().request(request);
  switch (name) {
    case "summarise":
      return summarise(parts);
    case "signed":
      return signedSummary(parts);
    case "fresh":
      return freshStart(parts);
    case "emergency":
      return emergencyCut({ size, sizeOf, limit: () => 100_000 });
    case "clear":
      return clearResults({ size, keepNewest: 1 });
    case "superseded":
      return dropSuperseded({ size });
    default:
      return undefined;
  }
}

const logs = fc.array(step, { minLength: 1, maxLength: 10 });
const isEpochEvent = ({ type, agentId }: AgentEvent): boolean =>
  agentId === "main" && (type === "compacted" || type === "cleared" || type === "prefix");
const bytes = (units: readonly Unit[]): string[] => units.map(({ role, json }) => `${role} ${json}`);

describe("logs of every kind, with room made in every way at every moment", () => {
  test("the prefix law: within an epoch a request begins with every byte of the one before it", {
    timeout: 120_000,
  }, async () => {
    await fc.assert(
      fc.asyncProperty(logs, async (steps) => {
        const { talk } = await write(steps);
        for (const [i, length] of talk.sent.entries()) {
          const before = talk.sent[i - 1];
          if (before === undefined || talk.log.slice(before, length).some(isEpochEvent)) continue;
          const earlier = bytes(accept(talk.request(before)).units);
          expect(bytes(accept(talk.request(length)).units).slice(0, earlier.length)).toEqual(earlier);
        }
      }),
      { numRuns: RUNS },
    );
  });

  test("any prefix of any log is a request that the strict server accepts", {
    timeout: 240_000,
  }, async () => {
    await fc.assert(
      fc.asyncProperty(logs, async (steps) => {
        const { talk } = await write(steps);
        for (let length = 3; length <= talk.log.length; length += 1) {
          const request = talk.request(length);
          // With nothing to answer nothing is sent.
          if (request.messages.at(-1)?.role === "assistant") continue;
          accept(request);
        }
      }),
      { numRuns: RUNS },
    );
  });

  test("making room keeps every pinned byte", { timeout: 240_000 }, async () => {
    let checked = 0;
    await fc.assert(
      fc.asyncProperty(logs, async (steps) => {
        const { talk, made } = await write(steps);
        for (const { length, strategy } of made) {
          if (strategy === "by hand") continue;
          const past = talk.log.slice(0, length);
          const before = textsOf(talk.request(length - 1).messages).join("\n");
          const pins = pinsOf(past);
          const { cleared } = epochOf(past);
          const sent = textsOf(talk.request(length).messages).join("\n");
          for (const event of past) {
            if (event.agentId !== "main" || !("content" in event)) continue;
            const isCall = event.type === "tool.finished";
            const isPinned = pins.has(event.seq) || (isCall && pins.has(event.callId));
            if (!isPinned || (isCall && cleared.has(event.callId))) continue;
            const wanted = textsOf([event]).map(asMarked);
            // What was summarised before somebody pinned it comes back with the next summary.
            for (const words of wanted) if (before.includes(words)) expect(sent).toContain(words);
            checked += wanted.length;
          }
        }
      }),
      { numRuns: RUNS },
    );
    expect(checked).toBeGreaterThan(RUNS / 2);
  });
});

/** The one thing that marks of where a text comes from change in it. */
const asMarked = (words: string): string => words.replace("ab12cd34", "").split(" </data-")[0] ?? words;

function textsOf(holders: readonly { readonly content: readonly unknown[] }[]): string[] {
  return holders.flatMap(({ content }) =>
    content.flatMap((block): string[] => {
      if (typeof block !== "object" || block === null) return [];
      if ("text" in block && typeof block.text === "string") return [block.text];
      return "content" in block && Array.isArray(block.content) ? textsOf([{ content: block.content }]) : [];
    }),
  );
}
