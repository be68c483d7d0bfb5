import { shortened } from "../core/cut-text.ts";
import { AgentError } from "../core/errors.ts";
import type { EditError, FailedEdit, TextEdit } from "../review/apply-edit.ts";
import { splitLines } from "./page-of-lines.ts";

const HINTS: Readonly<Record<string, string>> = {
  whitespace: "The same text is there with other blanks or indentation.",
  "trailing-whitespace": "The same text is there with other blanks at the ends of lines.",
  quotes: "The same text is there with other quotation marks (curly or straight).",
  dash: "The same text is there with other dashes.",
  unicode: "The same text is there in another Unicode form.",
  invisible: "The same text is there with other invisible characters.",
  case: "The same text is there in other upper and lower case.",
  eol: "The file separates lines with lone carriage returns.",
  escaped: "The same text is there written with other escapes; quote what the file holds literally.",
  "line-numbers": "old_string includes the line numbers of a listing; leave them out.",
};
const MAX_SHOWN_LINES = 12;
const MAX_SHOWN_CHARS = 500;

/** A failed edit in words from which the next call can be right. */
function editFailure(
  error: EditError,
  { path, text, old, hasChanged }: { path: string; text: string; old: string; hasChanged: boolean },
): AgentError {
  switch (error.kind) {
    case "binary":
      return new AgentError("unreadable", `${path} is a binary file.`);
    case "no-change":
      return new AgentError(
        "invalid_input",
        "old_string and new_string are the same, so nothing would change.",
      );
    case "empty-old":
      return new AgentError(
        "invalid_input",
        `old_string is empty, but ${path} is not. Quote the text to replace, or use Write for the whole file.`,
      );
    case "multiple-matches": {
      const lines = error.lines?.join(", ") ?? "";
      return new AgentError(
        "invalid_input",
        `old_string matches ${error.count} places in ${path} (lines ${lines}${error.count === error.lines?.length ? "" : ", …"}). Include more lines around the one you mean, or set replace_all.`,
      );
    }
    case "not-found": {
      const hint = HINTS[error.hint ?? ""];
      const words = [
        `old_string was not found in ${path}.`,
        ...(hint === undefined ? [] : [hint]),
        ...(hasChanged ? ["The file changed since you read it."] : []),
      ];
      const line = error.lines?.[0];
      const near =
        line === undefined ? "" : `\nThe closest text begins at line ${line}:\n${numbered(text, line, old)}`;
      return new AgentError(hasChanged ? "stale" : "invalid_input", `${words.join(" ")}${near}`);
    }
    default:
      return error.kind satisfies never;
  }
}

function numbered(text: string, first: number, old: string): string {
  const lines = splitLines(text).slice(first - 1, first - 1 + splitLines(old).length);
  const shown = lines
    .slice(0, MAX_SHOWN_LINES)
    .map((line, index) => `${first + index}\t${shortened(line, MAX_SHOWN_CHARS)}`);
  const left = lines.length - shown.length;
  return [...shown, ...(left > 0 ? [`[${left} more lines of it]`] : [])].join("\n");
}

/** What is needed to say why edits failed; `path` is for people. */
export interface Told {
  readonly path: string;
  readonly edits: readonly TextEdit[];
  readonly hasChanged: boolean;
}
const wordsOf = ({ error, index, text }: FailedEdit, { path, edits, hasChanged }: Told): AgentError =>
  editFailure(error, { path, text, old: edits[index]?.old ?? "", hasChanged });

/** None of the edits could be made. */
export function failureOf(failed: readonly FailedEdit[], told: Told): AgentError {
  const [first, ...more] = failed;
  if (first !== undefined && more.length === 0) return wordsOf(first, told);
  const kind = told.hasChanged ? "stale" : "invalid_input";
  return new AgentError(kind, `None of the edits was made.${describeFailures(failed, told)}`);
}

/** Numbered as the call has them, so that only these need another try. */
export const describeFailures = (failed: readonly FailedEdit[], told: Told): string =>
  failed.map((each) => `\nEdit ${each.index + 1} was not made: ${wordsOf(each, told).message}`).join("");
