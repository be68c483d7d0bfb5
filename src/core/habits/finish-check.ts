import { plainText } from "../message.ts";
import type { Advice, Habit, HabitKind, Happening, Result, Situation } from "./habit.ts";
import { isOwnEdit } from "./habit.ts";
import { holdsNoCode, Leftovers, shortPath } from "./leftovers.ts";

const MAX_NAMED = 3;
/** Words a command begins with that only looks, or only moves things: it checks nothing. */
const LOOKS =
  /^(?:env\s+(?=\w+=))?(?:\w+=\S*\s+)*(?:ls|ll|cat|bat|head|tail|pwd|echo|printf|cd|grep|rg|find|fd|wc|tree|which|type|sed|awk|sort|uniq|cut|env(?=\s*$)|date|stat|file|du|df|mkdir|touch|cp|mv|rm|ln|chmod|sleep|true|export|git)\b/;

/**
 * Before it is done after edits: one reminder in a turn, where there is a reason that can be named. Who has run something since
 * the last edit, and has nothing open, hears nothing.
 */
export const finishCheck: HabitKind = { id: "finish-check", begin: () => new FinishCheck() };

class FinishCheck implements Habit {
  readonly #leftovers = new Leftovers();
  /** Files with code that were changed since something was run. */
  readonly #unchecked = new Set<string>();
  #hasEdits = false;
  #wasRefused = false;
  #openTodos = 0;
  #lastFailed = false;
  #isTold = false;
  /** Its last words are a question: it waits, and has not finished. */
  #asksUser = false;

  take(happening: Happening): void {
    this.#leftovers.take(happening);
    if (happening.type === "edit" && isOwnEdit(happening.event)) {
      this.#hasEdits = true;
      const { path } = happening.event;
      if (!holdsNoCode(path)) this.#unchecked.add(path);
    }
    if (happening.type === "result") this.#result(happening.result);
    if (happening.type === "reminded") this.#isTold = true;
    if (happening.type === "reply") this.#asksUser = /[?？]\s*$/.test(plainText(happening.event.content));
  }

  #result({ name, command, finished }: Result): void {
    const { detail, outcome, isError } = finished;
    if (detail?.kind === "todos")
      this.#openTodos = detail.todos.filter(({ status }) => status !== "completed").length;
    if (name === "Diagnostics" && !isError) this.#unchecked.clear();
    if (name === "Bash" && outcome === "denied") this.#wasRefused = true;
    if (command === undefined || outcome === "denied" || outcome === "interrupted" || onlyLooks(command))
      return;
    this.#unchecked.clear();
    this.#lastFailed = isError;
  }

  beforeFinishing(now: Situation): Advice | undefined {
    const { checksBeforeFinishing, isPlanning, canRun } = now;
    if (!checksBeforeFinishing || isPlanning || this.#isTold || this.#asksUser || !this.#hasEdits)
      return undefined;
    const mayCheck = canRun && !this.#wasRefused && this.#unchecked.size > 0;
    const reasons = [
      mayCheck
        ? `nothing was run since you last changed ${namesOf([...this.#unchecked].map(shortPath))}`
        : "",
      this.#lastFailed ? "your last command failed" : "",
      this.#openTodos > 0 ? `${this.#openTodos} of your steps are open` : "",
      ...this.#leftovers
        .list()
        .slice(0, MAX_NAMED)
        .map((one) => `there is ${one}`),
    ].filter(Boolean);
    if (reasons.length === 0) return undefined;
    return {
      text: `Before you finish: ${reasons.join("; ")}. Compare what is there with what was asked, and do what is missing. Where that is on purpose, impossible here, or waits for the user, leave it. Then close with your whole report, in which you say what was not checked: only your last message is read.`,
      about: [],
      notice: `Asked to check before finishing: ${reasons.join("; ")}.`,
    };
  }
}

const onlyLooks = (command: string): boolean =>
  command.split(/&&|\|\|?|[;\n]/).every((part) => part.trim() === "" || LOOKS.test(part.trim()));

const namesOf = (names: readonly string[]): string =>
  names.length <= MAX_NAMED
    ? names.join(", ")
    : `${names.slice(0, MAX_NAMED).join(", ")} and ${names.length - MAX_NAMED} more files`;
