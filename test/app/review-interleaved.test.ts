import fc from "fast-check";
import { expect, test } from "vitest";
import { Decisions } from "../../src/app/decisions.ts";
import { settleUnwritten } from "../../src/app/settle-unwritten.ts";
import { type AgentEvent, MAIN } from "../../src/core/event.ts";
import { Session } from "../../src/core/session.ts";
import { Ledger } from "../../src/review/ledger.ts";
import { memoryHost } from "../support/memory-host.ts";

/**
 * Whatever an agent, a person and their decisions do in whatever order, whenever the window is loaded again or killed:
 * undoing all that the agent did leaves the person's text. The file has places with lines of their own, so that what
 * must come out can be said without comparing texts.
 */
const PATH = "/w/a.txt";
const PLACES = 5;
type Place = readonly string[];
const render = (places: readonly Place[]): string =>
  `${places.flatMap((lines, i) => [`above ${i}`, `more above ${i}`, ...lines]).join("\n")}\nend\n`;

class Desk {
  readonly memory = memoryHost({ files: { [PATH]: "" } });
  /** What each place holds, and what it would hold without the agent. */
  now: Place[] = Array.from({ length: PLACES }, (_, i) => [`line ${i}`]);
  theirs: Place[] = [...this.now];
  /** Where something of the agent's is pending: what a person writes there is decided together with it. */
  readonly agents = new Set<number>();
  session = new Session("s", () => 0);
  ledger = new Ledger();
  decisions = this.#decisions();
  #count = 0;

  constructor() {
    this.memory.files.set(PATH, render(this.now));
    this.reload([]);
  }

  #decisions(): Decisions {
    return new Decisions({ host: this.memory.host, session: this.session, ledger: this.ledger });
  }

  reload(events: readonly AgentEvent[]): void {
    this.ledger = new Ledger();
    const known: readonly AgentEvent[] = JSON.parse(JSON.stringify(events));
    for (const event of known) this.ledger.apply(event);
    this.session = new Session("s", () => 0, known);
    this.session.subscribe((event) => "durable" in event && this.ledger.apply(event.durable));
    this.decisions = this.#decisions();
  }

  get text(): string {
    return this.memory.unsaved.get(PATH) ?? String(this.memory.files.get(PATH));
  }

  lines(count: number): Place {
    this.#count += 1;
    return Array.from({ length: count }, (_, i) => `text ${this.#count}.${i}`);
  }

  /** As the engine does it: the record first, then the file. */
  async agentEdits(places: readonly number[], count: number, isKilled: boolean): Promise<void> {
    const { blobs, documents } = this.memory.host;
    const wanted = this.now.map((lines, i) => (places.includes(i) ? this.lines(count) : lines));
    const base = await documents.open(PATH, new AbortController().signal);
    const [before, after] = await Promise.all([blobs.put(base.text), blobs.put(render(wanted))]);
    const editId = `e${this.session.events.length}`;
    const callId = `call-${editId}`;
    this.session.append(MAIN, {
      type: "edit",
      editId,
      callId,
      path: PATH,
      before,
      after,
      added: 0,
      removed: 0,
    });
    if (isKilled) {
      this.reload(this.session.events);
      await settleUnwritten({ host: this.memory.host, session: this.session, ledger: this.ledger });
      return this.#forgetGone();
    }
    await documents.save(PATH, render(wanted), base.hash, new AbortController().signal);
    this.session.append(MAIN, {
      type: "tool.finished",
      callId,
      isError: false,
      content: [],
      outcome: "done",
    });
    this.now = wanted;
    for (const i of places) this.agents.add(i);
    this.#forgetGone();
  }

  userEdits(place: number, count: number, isSaved: boolean): void {
    const lines = this.lines(count);
    this.now = this.now.with(place, lines);
    if (!this.agents.has(place)) this.theirs = this.theirs.with(place, lines);
    if (!isSaved) this.memory.unsaved.set(PATH, render(this.now));
    else {
      this.memory.unsaved.delete(PATH);
      this.memory.files.set(PATH, render(this.now));
    }
  }

  save(): void {
    this.memory.files.set(PATH, this.text);
    this.memory.unsaved.delete(PATH);
  }

  /** Decides about one of the hunks; a kill loses what was not written any more. */
  async decide(verdict: "keep" | "undo", pick: number, lost: number): Promise<void> {
    const file = await this.decisions.pendingFile(PATH);
    const hunk = file?.hunks[pick % file.hunks.length];
    if (!file || !hunk) return;
    const written = this.session.events.length;
    await this.decisions.reviewHunks(PATH, { verdict, currentHash: file.currentHash, hunks: [hunk] });
    const place = this.#placeAt(hunk.start, hunk.count);
    if (verdict === "undo") this.now = this.now.with(place, this.theirs[place] ?? []);
    const kept = Math.max(written, this.session.events.length - lost);
    const isKnown = this.session.events
      .slice(0, kept)
      .some(({ seq, type }) => seq >= written && type === "hunks.reviewed");
    if (verdict === "keep" && isKnown) this.theirs = this.theirs.with(place, this.now[place] ?? []);
    if (isKnown) this.#forgetGone();
    if (lost > 0) this.reload(this.session.events.slice(0, kept));
  }

  /** What was undone right before a kill, with its record lost, is known to be gone with the next record. */
  #forgetGone(): void {
    for (const i of this.agents) if (String(this.now[i]) === String(this.theirs[i])) this.agents.delete(i);
  }

  /** The place that a hunk of the text as it was is in. */
  #placeAt(start: number, count: number): number {
    let line = 1;
    for (const [i, lines] of this.now.entries()) {
      line += 2;
      if (start >= line - 1 && start + count <= line + lines.length + 1 && start <= line + lines.length)
        return i;
      line += lines.length;
    }
    throw new Error(`line ${start} is in no place`);
  }

  async check(): Promise<void> {
    expect(this.text).toBe(render(this.now));
    const file = await this.decisions.pendingFile(PATH);
    expect(file?.baseline ?? this.text).toBe(render(this.theirs));
  }
}

const place = fc.nat(PLACES - 1);
const count = fc.integer({ min: 0, max: 3 });
const step = fc.oneof(
  fc.record({
    do: fc.constant("agent" as const),
    places: fc.uniqueArray(place, { minLength: 1 }),
    count,
    isKilled: fc.boolean(),
  }),
  fc.record({ do: fc.constant("user" as const), place, count, isSaved: fc.boolean() }),
  fc.record({
    do: fc.constant("decide" as const),
    verdict: fc.constantFrom("keep" as const, "undo" as const),
    pick: fc.nat(20),
    lost: fc.constantFrom(0, 0, 0, 1, 2, 3),
  }),
  fc.record({ do: fc.constantFrom("save" as const, "reload" as const) }),
);
type Step = typeof step extends fc.Arbitrary<infer S> ? S : never;

async function take(desk: Desk, one: Step): Promise<void> {
  if (one.do === "agent") await desk.agentEdits(one.places, one.count, one.isKilled);
  else if (one.do === "user") desk.userEdits(one.place, one.count, one.isSaved);
  else if (one.do === "decide") await desk.decide(one.verdict, one.pick, one.lost);
  else if (one.do === "save") desk.save();
  else desk.reload(desk.session.events);
}

test("after any course of things, what is left to decide is what the agent did, and undoing it leaves the user's text", async () => {
  await fc.assert(
    fc.asyncProperty(fc.array(step, { maxLength: 14 }), async (steps) => {
      const desk = new Desk();
      for (const one of steps) {
        await take(desk, one);
        await desk.check();
      }
      const file = await desk.decisions.pendingFile(PATH);
      if (file && file.hunks.length > 0) {
        const { hunks, currentHash } = file;
        await desk.decisions.reviewHunks(PATH, { verdict: "undo", currentHash, hunks });
      }
      expect(desk.text).toBe(render(desk.theirs));
    }),
    { numRuns: 400, seed: 11 },
  );
});
