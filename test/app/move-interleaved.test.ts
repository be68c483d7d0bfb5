import fc from "fast-check";
import { expect, test } from "vitest";
import { Decisions } from "../../src/app/decisions.ts";
import { openDecisions } from "../../src/app/take-back.ts";
import { editRecorder } from "../../src/core/edit-recorder.ts";
import { MAIN } from "../../src/core/event.ts";
import { recordedMove, recordedRemove } from "../../src/core/recorded-files.ts";
import { Session } from "../../src/core/session.ts";
import { countChanges } from "../../src/review/diff.ts";
import { Ledger } from "../../src/review/ledger.ts";
import { memoryHost } from "../support/memory-host.ts";

/**
 * An agent that moves files over and over to where others were, as the engine records it, with decisions in between.
 * Nobody else writes, so going back to the beginning has to leave exactly what was there, or has to say what it left.
 */
const SEED = 5;
const REWIND = "rewind";
const START = { "/w/a.txt": "a\n", "/w/b.txt": "b\n", "/w/c.txt": "c\n" };
const PATHS = [...Object.keys(START), "/w/d.txt"];
const signal = new AbortController().signal;

class Desk {
  readonly memory = memoryHost({ files: START });
  readonly session = new Session("s", () => 0);
  readonly ledger = new Ledger();
  readonly parts = { host: this.memory.host, session: this.session, ledger: this.ledger };
  readonly decisions = new Decisions(this.parts);
  #count = 0;

  constructor() {
    this.session.subscribe((event) => "durable" in event && this.ledger.apply(event.durable));
  }

  files(): Record<string, string> {
    return Object.fromEntries([...this.memory.files].map(([path, text]) => [path, String(text)]).toSorted());
  }

  async agent(what: "write" | "delete" | "move", path: string, to: string): Promise<void> {
    const { host, files } = this.memory;
    this.#count += 1;
    const callId = `call-${this.#count}`;
    const env = {
      session: this.session,
      countChanges,
      hasHistory: (one: string) => this.ledger.file(one) !== undefined,
    };
    const { record } = editRecorder(env, MAIN, callId);
    const now = files.get(path);
    const before = now === undefined ? "" : await host.blobs.put(String(now));
    if (what === "move" && now !== undefined && !files.has(to))
      await recordedMove(host, record, { from: path, to, judged: { from: path, to } }, signal);
    else if (what === "delete" && now !== undefined)
      await recordedRemove(host, record, { path, judged: path, baseHash: before }, signal);
    else if (what === "write") {
      const text = `text ${this.#count}\n`;
      const after = await host.blobs.put(text);
      record({ path, before, after, beforeText: String(now ?? ""), afterText: text });
      await host.documents.save(path, text, before === "" ? undefined : before, signal);
    }
    this.session.append(MAIN, {
      type: "tool.finished",
      callId,
      isError: false,
      content: [],
      outcome: "done",
    });
  }

  rewind(afterSeq: number) {
    return this.decisions.rewindFiles({ rewind: REWIND, afterSeq, clashes: "take" });
  }
}

const path = fc.constantFrom(...PATHS);
const step = fc.oneof(
  {
    weight: 4,
    arbitrary: fc.record({
      do: fc.constantFrom("move" as const, "move" as const, "delete" as const, "write" as const),
      path,
      to: path,
    }),
  },
  {
    weight: 1,
    arbitrary: fc.record({ do: fc.constantFrom("keep" as const, "undo" as const, "back" as const) }),
  },
);

test("files moved to where others were go back to what was there, also those that swapped names", async () => {
  await fc.assert(
    fc.asyncProperty(fc.array(step, { maxLength: 10 }), async (steps) => {
      const desk = new Desk();
      for (const one of steps) {
        if ("path" in one) await desk.agent(one.do, one.path, one.to);
        else if (one.do === "back") await desk.decisions.takeBack();
        else await desk.decisions.review(one.do, "all");
      }
      const before = desk.files();
      expect(await desk.rewind(-1)).toMatchObject({ conflicts: [] });
      expect(desk.files()).toEqual(START);
      if (!openDecisions(desk.parts).has(REWIND)) return;
      expect(await desk.decisions.takeBack(REWIND)).toMatchObject({ conflicts: [] });
      expect(desk.files()).toEqual(before);
    }),
    { numRuns: 300, seed: SEED },
  );
});
