import fc from "fast-check";
import { expect, test } from "vitest";
import { Decisions } from "../../src/app/decisions.ts";
import { standOf } from "../../src/app/review-stand.ts";
import { openDecisions } from "../../src/app/take-back.ts";
import { type AgentEvent, MAIN } from "../../src/core/event.ts";
import { Session } from "../../src/core/session.ts";
import { Ledger } from "../../src/review/ledger.ts";
import { memoryHost } from "../support/memory-host.ts";

/**
 * Going back, and taking decisions back, whatever an agent, a person and their decisions did in whatever order. The
 * agent writes at even places of two files, the person at odd ones, so that what must be left can be said without
 * comparing texts. It also gives these files another name, and the old one again. A third file is the agent's own: it
 * creates and deletes it.
 */
// One seed, so that every run says the same.
const SEED = 11;
const PATHS = ["/w/a.txt", "/w/b.txt"] as const;
const OWN = "/w/own.txt";
const elsewhere = (path: string): string => `${path}.moved`;
const ALL = [...PATHS, ...PATHS.map(elsewhere), OWN];
const PLACES = 6;
type Places = readonly (readonly string[])[];
const START: Places = Array.from({ length: PLACES }, (_, i) => [`line ${i}`]);
const render = (places: Places): string =>
  `${places.flatMap((lines, i) => [`above ${i}`, `more above ${i}`, ...lines]).join("\n")}\nend\n`;
const isAgents = (place: number): boolean => place % 2 === 0;
const signal = new AbortController().signal;

class Desk {
  readonly memory = memoryHost({ files: Object.fromEntries(PATHS.map((path) => [path, render(START)])) });
  session = new Session("s", () => 0);
  ledger = new Ledger();
  decisions = new Decisions({ host: this.memory.host, session: this.session, ledger: this.ledger });
  /** What a person wrote at the places of each file. */
  readonly theirs = new Map<string, Places>(PATHS.map((path) => [path, START]));
  #count = 0;

  constructor() {
    this.reload();
  }

  get parts() {
    return { host: this.memory.host, session: this.session, ledger: this.ledger };
  }

  reload(): void {
    const known: readonly AgentEvent[] = JSON.parse(JSON.stringify(this.session.events));
    this.ledger = new Ledger();
    for (const event of known) this.ledger.apply(event);
    this.session = new Session("s", () => 0, known);
    this.session.subscribe((event) => "durable" in event && this.ledger.apply(event.durable));
    this.decisions = new Decisions(this.parts);
  }

  /** Where one of the files is now. */
  where(path: string): string {
    return this.memory.files.has(path) || path === OWN ? path : elsewhere(path);
  }

  text(named: string): string | undefined {
    const path = this.where(named);
    const text = this.memory.unsaved.get(path) ?? this.memory.files.get(path);
    return text === undefined ? undefined : String(text);
  }

  lines(count: number): readonly string[] {
    this.#count += 1;
    return Array.from({ length: count }, (_, i) => `text ${this.#count}.${i}`);
  }

  /** What stands at the places of a file. */
  places(path: string): Places {
    const lines = (this.text(path) ?? "").split("\n");
    return START.map((_, i) => {
      const start = lines.indexOf(`more above ${i}`) + 1;
      return lines.slice(start, lines.indexOf(i === PLACES - 1 ? "end" : `above ${i + 1}`));
    });
  }

  async agentEdits(path: string, place: number, count: number): Promise<void> {
    await this.agentWrites(path, render(this.places(path).with(place, this.lines(count))));
  }

  /** As the engine does it: the record first, then the file. Undefined removes it. */
  async agentWrites(named: string, text: string | undefined): Promise<void> {
    const { blobs, documents } = this.memory.host;
    const path = this.where(named);
    const base = this.text(named);
    const editId = `e${this.session.events.length}`;
    const before = base === undefined ? "" : await blobs.put(base);
    const after = text === undefined ? "" : await blobs.put(text);
    const call = { editId, callId: `call-${editId}`, path };
    this.session.append(MAIN, { type: "edit", ...call, before, after, added: 0, removed: 0 });
    if (text === undefined) await documents.remove(path, before, signal);
    else await documents.save(path, text, before === "" ? undefined : before, signal);
    this.finish(call.callId);
  }

  finish(callId: string): void {
    this.session.append(MAIN, {
      type: "tool.finished",
      callId,
      isError: false,
      content: [],
      outcome: "done",
    });
  }

  async agentMoves(named: string): Promise<void> {
    const from = this.where(named);
    const path = from === named ? elsewhere(named) : named;
    const hash = await this.memory.host.blobs.put(this.text(named) ?? "");
    const editId = `e${this.session.events.length}`;
    const call = { editId, callId: `call-${editId}`, path, from };
    this.session.append(MAIN, { type: "edit", ...call, before: hash, after: hash, added: 0, removed: 0 });
    await this.memory.host.documents.move(from, path, signal);
    this.finish(call.callId);
  }

  userEdits(named: string, place: number, count: number, isSaved: boolean): void {
    const path = this.where(named);
    const lines = this.lines(count);
    const text = render(this.places(named).with(place, lines));
    this.theirs.set(named, (this.theirs.get(named) ?? START).with(place, lines));
    if (isSaved && !this.memory.unsaved.has(path)) this.memory.files.set(path, text);
    else this.memory.unsaved.set(path, text);
  }

  async decideEdits(verdict: "keep" | "undo", pick: number): Promise<void> {
    const pending = this.ledger.pending();
    const edit = pending[pick % (pending.length + 1)];
    await this.decisions.review(verdict, edit ? [edit.editId] : "all");
  }

  async decideHunk(verdict: "keep" | "undo", named: string, pick: number): Promise<void> {
    const path = this.where(named);
    const file = await this.decisions.pendingFile(path);
    const hunk = file?.hunks[pick % file.hunks.length];
    if (!file || !hunk) return;
    await this.decisions.reviewHunks(path, { verdict, currentHash: file.currentHash, hunks: [hunk] });
  }

  /** Everything that can be seen of the files and of what there is to decide in them. */
  async picture(): Promise<unknown> {
    return Promise.all(
      ALL.map(async (path) => {
        const file = await this.decisions.pendingFile(path);
        const states = this.ledger.file(path)?.edits.map(({ editId, state }) => `${editId} ${state}`);
        const { baseline, text, pending } = await standOf(path, this.parts);
        const held = this.memory.unsaved.get(path) ?? this.memory.files.get(path);
        return { held, hunks: file?.hunks, states, baseline, now: text, pending };
      }),
    );
  }
}

const verdict = fc.constantFrom("keep" as const, "undo" as const);
const path = fc.constantFrom(...PATHS);
const half = fc.nat(PLACES / 2 - 1);
const count = fc.integer({ min: 0, max: 3 });
const work = fc.oneof(
  { weight: 3, arbitrary: fc.record({ do: fc.constant("agent" as const), path, half, count }) },
  { weight: 1, arbitrary: fc.record({ do: fc.constant("own" as const), isGone: fc.boolean() }) },
  { weight: 1, arbitrary: fc.record({ do: fc.constant("move" as const), path }) },
  {
    weight: 2,
    arbitrary: fc.record({ do: fc.constant("user" as const), path, half, count, isSaved: fc.boolean() }),
  },
  { weight: 1, arbitrary: fc.record({ do: fc.constant("reload" as const) }) },
);
const decision = fc.oneof(
  fc.record({ do: fc.constant("edits" as const), verdict, pick: fc.nat(20) }),
  fc.record({ do: fc.constant("hunk" as const), verdict, path, pick: fc.nat(20) }),
  fc.record({ do: fc.constant("rewind" as const), to: fc.nat(40) }),
);
const step = fc.oneof(
  { weight: 3, arbitrary: work },
  { weight: 2, arbitrary: decision },
  { weight: 1, arbitrary: fc.record({ do: fc.constant("back" as const) }) },
);
type Of<A> = A extends fc.Arbitrary<infer S> ? S : never;

async function take(desk: Desk, one: Of<typeof step>): Promise<void> {
  if (one.do === "agent") await desk.agentEdits(one.path, one.half * 2, one.count);
  else if (one.do === "own") {
    const isThere = desk.text(OWN) !== undefined;
    if (!one.isGone) await desk.agentWrites(OWN, `${desk.lines(2).join("\n")}\n`);
    else if (isThere) await desk.agentWrites(OWN, undefined);
  } else if (one.do === "move") await desk.agentMoves(one.path);
  else if (one.do === "user") desk.userEdits(one.path, one.half * 2 + 1, one.count, one.isSaved);
  else if (one.do === "edits") await desk.decideEdits(one.verdict, one.pick);
  else if (one.do === "hunk") await desk.decideHunk(one.verdict, one.path, one.pick);
  else if (one.do === "back") await desk.decisions.takeBack();
  else if (one.do === "reload") desk.reload();
  else await rewind(desk, one.to % (desk.session.lastSeq + 2));
}

const rewind = (desk: Desk, afterSeq: number) =>
  desk.decisions.rewindFiles({
    rewind: `r${desk.session.lastSeq}`,
    afterSeq: afterSeq - 1,
    clashes: "leave",
  });

function expectUsersText(desk: Desk): void {
  for (const file of PATHS) {
    const theirs = desk.theirs.get(file) ?? [];
    expect(desk.where(file)).toBe(file);
    expect(desk.text(file)).toBe(render(theirs.map((lines, i) => (isAgents(i) ? (START[i] ?? []) : lines))));
  }
  expect(desk.text(OWN)).toBeUndefined();
}

test("a decision that is taken back leaves everything as it was before it, after a reload as well", async () => {
  await fc.assert(
    fc.asyncProperty(
      fc.array(step, { maxLength: 12 }),
      decision,
      fc.boolean(),
      async (steps, last, reloads) => {
        const desk = new Desk();
        for (const one of steps) await take(desk, one);
        const before = await desk.picture();
        const known = openDecisions(desk.parts).size;
        await take(desk, last);
        if (reloads) desk.reload();
        if (openDecisions(desk.parts).size > known) {
          const report = await desk.decisions.takeBack();
          expect(report?.conflicts).toEqual([]);
        }
        expect(await desk.picture()).toEqual(before);
      },
    ),
    { numRuns: 300, seed: SEED },
  );
});

test("going back to the beginning leaves exactly what the person wrote, whatever was kept or undone before", async () => {
  await fc.assert(
    fc.asyncProperty(fc.array(step, { maxLength: 14 }), async (steps) => {
      const desk = new Desk();
      for (const one of steps) await take(desk, one);
      const report = await rewind(desk, 0);
      expect(report.conflicts).toEqual([]);
      expectUsersText(desk);
      expect(desk.ledger.pending()).toEqual([]);
    }),
    {
      numRuns: 300,
      seed: SEED,
      examples: [
        // Its deletion rewound, and then its creation undone.
        [
          [
            { do: "own", isGone: false },
            { do: "own", isGone: true },
            { do: "rewind", to: 1 },
            { do: "edits", verdict: "undo", pick: 0 },
          ],
        ],
        // Its creation undone while it is gone, and then gone back to before the deletion.
        [
          [
            { do: "own", isGone: false },
            { do: "own", isGone: true },
            { do: "edits", verdict: "undo", pick: 0 },
            { do: "rewind", to: 8 },
          ],
        ],
      ],
    },
  );
});

test("going back to a message leaves what the agent did until then, and what the person wrote since; and forth again", async () => {
  await fc.assert(
    fc.asyncProperty(
      fc.array(work, { maxLength: 8 }),
      fc.array(work, { maxLength: 8 }),
      async (first, then) => {
        const desk = new Desk();
        for (const one of first) await take(desk, one);
        const agents = PATHS.map((file) => desk.places(file));
        const own = desk.text(OWN);
        const places = PATHS.map((file) => desk.where(file));
        const seq = desk.session.lastSeq + 1;
        for (const one of then) await take(desk, one);
        const before = await desk.picture();
        await rewind(desk, seq);
        for (const [i, file] of PATHS.entries()) {
          const wanted = (desk.theirs.get(file) ?? []).map((x, at) => (isAgents(at) ? agents[i]![at]! : x));
          expect(desk.where(file)).toBe(places[i]);
          expect(desk.text(file)).toBe(render(wanted));
        }
        expect(desk.text(OWN)).toBe(own);
        if (openDecisions(desk.parts).size > 0) await desk.decisions.takeBack();
        expect(await desk.picture()).toEqual(before);
      },
    ),
    { numRuns: 300, seed: SEED },
  );
});
