import { canonicalJson } from "../hash.ts";
import { fingerprint, withoutTimes } from "./fingerprint.ts";
import type { Advice, Habit, HabitKind, Happening, Result, Stop } from "./habit.ts";

const NUDGE_AT = 3;
const STOP_AT = 5;

interface Row {
  count: number;
  /** The reply that was counted last: many calls of one reply are one attempt. */
  reply: number;
  isNudged: boolean;
  readonly result: Result;
}

/** The same call with the same error, or the same kind of error about the same file, again and again. */
export const equalFailures: HabitKind = { id: "equal-failures", begin: () => new EqualFailures() };

class EqualFailures implements Habit {
  readonly #rows = new Map<string, Row>();
  #reply = 0;

  take(happening: Happening): void {
    switch (happening.type) {
      case "reply":
        this.#reply += 1;
        return;
      case "result":
        return this.#result(happening.result);
      case "edit":
        // The world is another one for commands; what is about a file still is.
        for (const [key, { result }] of this.#rows) if (result.file === undefined) this.#rows.delete(key);
        return;
      case "reminded":
        for (const key of happening.about) {
          const row = this.#rows.get(key);
          if (row) row.isNudged = true;
        }
        return;
      case "unstuck":
        this.#rows.clear();
        return;
      default:
        happening satisfies never;
    }
  }

  #result(result: Result): void {
    const { finished, name, file } = result;
    if (finished.outcome === "interrupted") return;
    if (!finished.isError) {
      for (const [key, row] of this.#rows)
        if (row.result.name === name && row.result.file === file) this.#rows.delete(key);
      return;
    }
    for (const key of keysOf(result)) {
      const row = this.#rows.get(key) ?? { count: 0, reply: -1, isNudged: false, result };
      if (row.reply !== this.#reply)
        this.#rows.set(key, { ...row, count: row.count + 1, reply: this.#reply });
    }
  }

  beforeAsking(): Advice | Stop | undefined {
    const rows = [...this.#rows].filter(([, { reply }]) => reply === this.#reply);
    const worst = rows.toSorted(([, a], [, b]) => b.count - a.count)[0]?.[1];
    if (worst && worst.count >= STOP_AT) {
      return {
        message: `Stopped, because ${worst.result.name} failed in the same way ${worst.count} times in a row.`,
      };
    }
    const due = rows.filter(([, { count, isNudged }]) => count >= NUDGE_AT && !isNudged);
    const [first] = due;
    if (!first) return undefined;
    const { name } = first[1].result;
    return {
      text: `${name} has failed in the same way ${first[1].count} times. Do not try it like this again: ${alternative(first[1].result)}`,
      about: due.map(([key]) => key),
    };
  }
}

/** Denials are about the very call: a person may turn down many versions of an edit and mean to go on. */
function keysOf({ name, input, file, command, text, finished: { errorKind } }: Result): string[] {
  const said = command === undefined ? canonicalJson(input) : command.replaceAll(/\s+/g, " ").trim();
  const same = fingerprint(`${name}\n${said}\n${withoutTimes(text)}`);
  const isMisfit = errorKind === "invalid_input" && command === undefined;
  const hasKind = errorKind !== undefined && errorKind !== "denied" && (file !== undefined || isMisfit);
  return hasKind ? [same, fingerprint(`${name}\n${errorKind}\n${file ?? ""}`)] : [same];
}

function alternative({ name, finished: { errorKind } }: Result): string {
  if (errorKind === "denied") return "it stays denied. Do without it, or say what you need it for.";
  if (errorKind === "not_found") return "search for the right path with Glob or Grep first.";
  if (errorKind === "timeout") return "do less at once, or run it in the background.";
  if (name === "Edit")
    return "Read the place as it is now and copy the lines exactly, or replace a larger piece of the file.";
  if (errorKind === "invalid_input") return "begin with the smallest call that fits, or use another tool.";
  if (name === "Bash")
    return "find out why first (read the code, the configuration, all of the output), or go another way.";
  return "use another tool or another way, or tell the user what stands in it.";
}
