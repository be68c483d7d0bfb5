import type { ToolRow } from "../../../src/core/rows.ts";
import { makeVisible } from "../../../src/core/visible.ts";
import { t } from "../l10n.ts";
import { shortPath } from "../text/format.ts";
import type { IconName } from "../ui/icon.tsx";

interface Words {
  readonly icon: IconName;
  readonly verb: string;
  /** While it runs. */
  readonly doing: string;
}

const WORDS: Readonly<Record<string, () => Words>> = {
  Read: () => ({ icon: "eye", verb: t("Read"), doing: t("Reading") }),
  Edit: () => ({ icon: "edit", verb: t("Edit"), doing: t("Editing") }),
  NotebookEdit: () => ({ icon: "edit", verb: t("Edit notebook"), doing: t("Editing notebook") }),
  Write: () => ({ icon: "file-add", verb: t("Write"), doing: t("Writing") }),
  Move: () => ({ icon: "arrow-right", verb: t("Move"), doing: t("Moving") }),
  Delete: () => ({ icon: "trash", verb: t("Delete"), doing: t("Deleting") }),
  Bash: () => ({ icon: "terminal", verb: t("Run"), doing: t("Running") }),
  TaskStop: () => ({ icon: "debug-stop", verb: t("Stop"), doing: t("Stopping") }),
  Grep: () => ({ icon: "search", verb: t("Search"), doing: t("Searching") }),
  Glob: () => ({ icon: "folder", verb: t("Find files"), doing: t("Finding files") }),
  TodoWrite: () => ({ icon: "checklist", verb: t("Update plan"), doing: t("Updating plan") }),
  AskUserQuestion: () => ({ icon: "question", verb: t("Ask"), doing: t("Asking") }),
  WebFetch: () => ({ icon: "globe", verb: t("Fetch"), doing: t("Fetching") }),
  ExitPlanMode: () => ({ icon: "list-tree", verb: t("Present plan"), doing: t("Presenting plan") }),
  Agent: () => ({ icon: "agent", verb: t("Delegate"), doing: t("Delegating") }),
  Task: () => ({ icon: "agent", verb: t("Delegate"), doing: t("Delegating") }),
  ToolSearch: () => ({ icon: "tools", verb: t("Load tools"), doing: t("Loading tools") }),
  Diagnostics: () => ({ icon: "report", verb: t("Check problems"), doing: t("Checking problems") }),
};

/** How titles begin that say in other words what the verb says. */
const REPEATS: Readonly<Record<string, readonly string[]>> = {
  ExitPlanMode: ["Plan"],
  Glob: ["Find"],
  NotebookEdit: ["Edit a cell of", "Add a cell to", "Delete a cell of"],
  Diagnostics: ["Problems in", "Problems"],
  ToolSearch: ["Load"],
};

const ACTIVE: ReadonlySet<ToolRow["state"]> = new Set(["writing", "waiting", "running"]);

export const isActive = (row: ToolRow): boolean => ACTIVE.has(row.state);

export interface ToolLine {
  readonly icon: IconName;
  readonly verb: string;
  readonly target: string;
}

/** "Read src/app.ts": what the tool does in a person's words, and to what. */
export function toolLine(row: ToolRow, roots: readonly string[]): ToolLine {
  const words = WORDS[row.name]?.() ?? { icon: "tools" as const, verb: row.name, doing: row.name };
  const verb = isActive(row) ? words.doing : words.verb;
  return { icon: words.icon, verb, target: targetOf(row, words, roots) };
}

/** Titles may repeat the verb ("Read a.ts"); it already stands before the target. */
function targetOf(row: ToolRow, { verb, doing }: Words, roots: readonly string[]): string {
  let title = row.title.trim();
  for (const word of [row.name, verb, doing, ...(REPEATS[row.name] ?? [])]) {
    if (title === word) return "";
    if (title.startsWith(`${word} `)) title = title.slice(word.length + 1).trim();
    if (title.startsWith(`${word}: `)) title = title.slice(word.length + 2).trim();
  }
  return makeVisible(shortPath(title, roots), "exact");
}

/** What became of it, for eyes and for screen readers. */
export function stateWord(state: ToolRow["state"]): string {
  switch (state) {
    case "writing":
      return t("being written");
    case "waiting":
      return t("waiting");
    case "asking":
      return t("needs your answer");
    case "running":
      return t("running");
    case "done":
      return t("done");
    case "failed":
      return t("failed");
    case "denied":
      return t("denied");
    case "later":
      return t("put off");
    case "interrupted":
      return t("interrupted");
    default:
      return state satisfies never;
  }
}
