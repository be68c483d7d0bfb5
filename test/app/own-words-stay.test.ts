import fc from "fast-check";
import { expect, test } from "vitest";
import { Decisions } from "../../src/app/decisions.ts";
import { type AgentEvent, MAIN } from "../../src/core/event.ts";
import { Session } from "../../src/core/session.ts";
import { Ledger } from "../../src/review/ledger.ts";
import { memoryHost } from "../support/memory-host.ts";

/**
 * An agent and a person write into the very same lines, and decisions about some of it come in between: nothing that is
 * undone without asking takes out a word of the person's. Words of theirs begin with "my", and the agent leaves them be.
 */
const PATH = "/w/a.txt";
const START = "one\ntwo\nthree\nfour\nfive\nsix\n";
const myWords = (text: string): readonly string[] => text.match(/\bmy\d+/g) ?? [];

class Desk {
  readonly memory = memoryHost({ files: { [PATH]: START } });
  session = new Session("s", () => 0);
  ledger = new Ledger();
  decisions = this.#decide();
  #count = 0;

  constructor() {
    this.reload();
  }

  #decide(): Decisions {
    return new Decisions({ host: this.memory.host, session: this.session, ledger: this.ledger });
  }

  reload(): void {
    const known: readonly AgentEvent[] = JSON.parse(JSON.stringify(this.session.events));
    this.ledger = new Ledger();
    for (const event of known) this.ledger.apply(event);
    this.session = new Session("s", () => 0, known);
    this.session.subscribe((event) => "durable" in event && this.ledger.apply(event.durable));
    this.decisions = this.#decide();
  }

  get text(): string {
    return String(this.memory.files.get(PATH) ?? "");
  }

  #changed(at: number, change: (line: string) => readonly string[]): string {
    const lines = this.text.split("\n");
    return lines.flatMap((line, i) => (i === at % lines.length ? change(line) : [line])).join("\n");
  }

  async agentEdits(at: number, adds: boolean): Promise<void> {
    this.#count += 1;
    const word = `agent${this.#count}`;
    const text = this.#changed(at, (line) => (adds ? [line, word] : [[word, ...myWords(line)].join(" ")]));
    const { blobs, documents } = this.memory.host;
    const base = await documents.open(PATH, new AbortController().signal);
    const [before, after] = await Promise.all([blobs.put(base.text), blobs.put(text)]);
    const ids = { editId: `e${this.#count}`, callId: `c${this.#count}`, path: PATH };
    this.session.append(MAIN, { type: "edit", ...ids, before, after, added: 1, removed: 1 });
    await documents.save(PATH, text, base.hash, new AbortController().signal);
  }

  userEdits(at: number, adds: boolean): void {
    this.#count += 1;
    const word = `my${this.#count}`;
    this.memory.files.set(
      PATH,
      this.#changed(at, (line) => (adds ? [line, word] : [`${line} ${word}`])),
    );
  }

  /** As a click on a hunk does it, where it would not be asked first. */
  async hunk(verdict: "keep" | "undo", pick: number): Promise<void> {
    const file = await this.decisions.pendingFile(PATH);
    const hunks = file?.hunks.filter(({ isMixed }) => verdict === "keep" || !isMixed) ?? [];
    const hunk = hunks[pick % hunks.length];
    if (file && hunk)
      await this.decisions.reviewHunks(PATH, { verdict, currentHash: file.currentHash, hunks: [hunk] });
  }

  async edits(verdict: "keep" | "undo", pick: number | "all", mixed?: "leave"): Promise<void> {
    const pending = this.ledger.pending();
    const one = pending[pick === "all" ? 0 : pick % pending.length];
    if (one) await this.decisions.review(verdict, pick === "all" ? "all" : [one.editId], mixed);
  }

  /** To some place in the log. `take` is an answer of the person's: their words may go then. */
  async rewind(to: number, clashes: "take" | "leave"): Promise<void> {
    const { lastSeq } = this.session;
    await this.decisions.rewindFiles({ rewind: `r${lastSeq}`, afterSeq: to % (lastSeq + 2), clashes });
  }
}

const verdict = fc.constantFrom("keep" as const, "undo" as const);
const step = fc.oneof(
  {
    weight: 3,
    arbitrary: fc.record({ do: fc.constant("agent" as const), at: fc.nat(5), adds: fc.boolean() }),
  },
  {
    weight: 3,
    arbitrary: fc.record({ do: fc.constant("user" as const), at: fc.nat(5), adds: fc.boolean() }),
  },
  { weight: 2, arbitrary: fc.record({ do: fc.constant("hunk" as const), verdict, pick: fc.nat(3) }) },
  { weight: 2, arbitrary: fc.record({ do: fc.constant("edit" as const), verdict, pick: fc.nat(3) }) },
  { weight: 1, arbitrary: fc.record({ do: fc.constant("undoAll" as const) }) },
  { weight: 1, arbitrary: fc.record({ do: fc.constant("leave" as const) }) },
  {
    weight: 2,
    arbitrary: fc.record({
      ...{ do: fc.constant("rewind" as const), to: fc.nat(40) },
      clashes: fc.constantFrom("take" as const, "leave" as const),
    }),
  },
  { weight: 1, arbitrary: fc.record({ do: fc.constant("back" as const) }) },
  { weight: 1, arbitrary: fc.record({ do: fc.constant("reload" as const) }) },
);

async function take(desk: Desk, one: typeof step extends fc.Arbitrary<infer S> ? S : never): Promise<void> {
  if (one.do === "agent") await desk.agentEdits(one.at, one.adds);
  else if (one.do === "user") desk.userEdits(one.at, one.adds);
  else if (one.do === "hunk") await desk.hunk(one.verdict, one.pick);
  else if (one.do === "edit") await desk.edits(one.verdict, one.pick);
  else if (one.do === "undoAll") await desk.edits("undo", "all");
  else if (one.do === "leave") await desk.edits("undo", "all", "leave");
  else if (one.do === "rewind") await desk.rewind(one.to, one.clashes);
  else if (one.do === "back") await desk.decisions.takeBack();
  else desk.reload();
}

test("what is undone without asking takes out no word that a person wrote, whatever was decided before", async () => {
  await fc.assert(
    fc.asyncProperty(fc.array(step, { minLength: 3, maxLength: 14 }), async (steps) => {
      const desk = new Desk();
      for (const one of steps) {
        const before = myWords(desk.text);
        await take(desk, one);
        if (one.do === "rewind" && one.clashes === "take") continue;
        const after = new Set(myWords(desk.text));
        expect(before.filter((word) => !after.has(word))).toEqual([]);
      }
    }),
    { numRuns: 1_000, seed: Number(process.env["SEED"] ?? 7) },
  );
});
