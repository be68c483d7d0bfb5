import { randomBytes } from "node:crypto";
import { appendFileSync, closeSync, fstatSync, openSync, readdirSync, readSync, rmSync } from "node:fs";
import { join } from "node:path";
import { dayOf } from "../../core/calendar.ts";
import type { Spending } from "../../core/ports.ts";
import { hasCode } from "./file-errors.ts";
import { toStorageError } from "./log-file.ts";
import { makeFolder } from "./make-folder.ts";

const KEPT_DAYS = 62;
const DAY_MS = 24 * 60 * 60_000;
const FILE = /^\d{4}-\d{2}-\d{2}\.jsonl$/;

/**
 * One file a day in the user's Plumb folder, to which every process appends a line when a request begins and one when it is
 * settled: `{"id", "dollars"}`, of which the last one of an id counts. A line is one write to the end of the file, so processes
 * cannot take each other's away. Who begins first and looks then sees all who did so before: two cannot both be the last
 * that fits. What a process that died had begun counts as it was expected: it was most likely paid for.
 *
 * A day is a date on the user's calendar. What was begun tomorrow by a clock that was put back since, or in a time zone further
 * east, counts today as well: rather too much than too little.
 */
export function createSpending({ dataDir, now }: { dataDir: string; now: () => number }): Spending {
  const folder = join(dataDir, "spending");
  const process = randomBytes(6).toString("hex");
  const days = new Map<string, DayFile>();
  let count = 0;
  let isTidy = false;
  const dayFile = (day: string): DayFile => {
    const known = days.get(day) ?? new DayFile(join(folder, `${day}.jsonl`));
    days.set(day, known);
    return known;
  };
  const append = (day: string, id: string, dollars: number): void => {
    const path = join(folder, `${day}.jsonl`);
    try {
      makeFolder(folder);
      if (!isTidy) forgetOld(folder, now());
      isTidy = true;
      // A line that a crash tore must not take this one with it.
      appendFileSync(path, `\n${JSON.stringify({ id, dollars })}\n`, { mode: 0o600 });
    } catch (thrown) {
      throw toStorageError(thrown, path);
    }
  };
  return {
    async begin(dollars) {
      // A request that ends after midnight belongs to the day it began on.
      const day = dayOf(now());
      const id = `${process}-${count++}`;
      append(day, id, dollars);
      return { settle: async (real) => append(day, id, real) };
    },
    async today() {
      const at = now();
      try {
        return dayFile(dayOf(at)).sum() + dayFile(dayOf(at + DAY_MS)).sum();
      } catch (thrown) {
        throw toStorageError(thrown, folder);
      }
    },
  };
}

/** Nobody asks any more what was spent two months ago. */
function forgetOld(folder: string, now: number): void {
  const oldest = `${dayOf(now - KEPT_DAYS * DAY_MS)}.jsonl`;
  for (const name of readdirSync(folder)) {
    if (FILE.test(name) && name < oldest) rmSync(join(folder, name), { force: true });
  }
}

/** Reads on where it stopped the last time: the file only grows. */
class DayFile {
  readonly #path: string;
  readonly #entries = new Map<string, number>();
  #readTo = 0;
  #rest = Buffer.alloc(0);

  constructor(path: string) {
    this.#path = path;
  }

  /** Throws Node's own errors, but for a file that is not there. */
  sum(): number {
    for (const line of this.#newLines()) this.#take(line);
    return [...this.#entries.values()].reduce((total, dollars) => total + dollars, 0);
  }

  #newLines(): string[] {
    let file: number;
    try {
      file = openSync(this.#path, "r");
    } catch (thrown) {
      if (hasCode(thrown, "ENOENT")) return [];
      throw thrown;
    }
    try {
      const { size } = fstatSync(file);
      const fresh = Buffer.alloc(Math.max(0, size - this.#readTo));
      const length = fresh.length === 0 ? 0 : readSync(file, fresh, 0, fresh.length, this.#readTo);
      this.#readTo += length;
      const all = Buffer.concat([this.#rest, fresh.subarray(0, length)]);
      const end = all.lastIndexOf("\n") + 1;
      this.#rest = all.subarray(end);
      return all.subarray(0, end).toString("utf8").split("\n");
    } finally {
      closeSync(file);
    }
  }

  #take(line: string): void {
    if (line === "") return;
    try {
      const entry: unknown = JSON.parse(line);
      if (typeof entry !== "object" || entry === null || !("id" in entry) || !("dollars" in entry)) return;
      const { id, dollars } = entry;
      if (typeof id === "string" && typeof dollars === "number" && dollars >= 0)
        this.#entries.set(id, dollars);
    } catch {
      // A torn line: what its request was expected to cost, if it was begun, stands in another one.
    }
  }
}
