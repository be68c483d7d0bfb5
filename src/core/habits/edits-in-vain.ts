import { fingerprint, withoutPlaces } from "./fingerprint.ts";
import { type Advice, type Habit, type HabitKind, type Happening, isOwnEdit, type Result } from "./habit.ts";

/** Times that a check failed in the same way again, each time after further edits. */
const SAME_CHECKS = 3;
/** Edits of one file in that time. */
const SAME_FILE = 3;
/** Edits that brought the same problem into a file. */
const SAME_PROBLEMS = 3;
const TELLING = /error|fail|expect|assert|exception|panic|not found|cannot|undefined|✗|✖|×/i;

interface Check {
  readonly said: string;
  readonly edits: Map<string, number>;
  again: number;
  hasEdits: boolean;
}

/** Edits and edits of one file, and the same command fails as before, or the same problem comes back. */
export const editsInVain: HabitKind = { id: "edits-in-vain", begin: () => new EditsInVain() };

class EditsInVain implements Habit {
  readonly #checks = new Map<string, Check>();
  readonly #problems = new Map<string, number>();
  readonly #told = new Set<string>();

  take(happening: Happening): void {
    if (happening.type === "edit" && isOwnEdit(happening.event)) this.#edit(happening.event.path);
    if (happening.type === "result") this.#result(happening.result);
    if (happening.type === "reminded") for (const about of happening.about) this.#told.add(about);
  }

  #edit(path: string): void {
    for (const check of this.#checks.values()) {
      check.hasEdits = true;
      check.edits.set(path, (check.edits.get(path) ?? 0) + 1);
    }
  }

  #result(result: Result): void {
    const { name, command, file, text, finished } = result;
    for (const { path, message } of finished.problems ?? []) {
      const key = fingerprint(`${path}\n${message}`);
      this.#problems.set(key, (this.#problems.get(key) ?? 0) + 1);
    }
    if (command === undefined && name !== "Diagnostics") return;
    const key = command === undefined ? `problems of ${file ?? ""}` : command.replaceAll(/\s+/g, " ").trim();
    const isFailing = command === undefined ? /\berror: /.test(text) : finished.isError;
    if (!isFailing) {
      this.#checks.delete(key);
      return;
    }
    const said = fingerprint(tellingPart(text));
    const before = this.#checks.get(key);
    if (before?.said !== said) this.#checks.set(key, { said, edits: new Map(), again: 0, hasEdits: false });
    else if (before.hasEdits) {
      before.again += 1;
      before.hasEdits = false;
    }
  }

  beforeAsking(): Advice | undefined {
    const due = [...this.#checks.values()].find(({ again, edits, said }) => {
      const most = Math.max(0, ...edits.values());
      return again >= SAME_CHECKS && most >= SAME_FILE && !this.#told.has(said);
    });
    const back = [...this.#problems].find(([key, count]) => count >= SAME_PROBLEMS && !this.#told.has(key));
    const about = due?.said ?? back?.[0];
    if (about === undefined) return undefined;
    const what = due
      ? "The same check still fails in the same way after several edits of the same file."
      : "Several edits have brought the same problem back into a file.";
    return {
      text: `${what} Stop changing it for a moment: Read the file as it is now and all of the error, say what you take for the cause and what would prove you wrong, and look at that. If the cause is elsewhere, or you cannot find it, tell the user.`,
      about: [about],
    };
  }
}

/** The lines about what went wrong, without where they point: those move with every edit. */
function tellingPart(text: string): string {
  const lines = withoutPlaces(text).split("\n");
  const telling = lines.filter((line) => TELLING.test(line));
  return (telling.length > 0 ? telling : lines).join("\n");
}
