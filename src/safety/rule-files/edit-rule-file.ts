import { applyEdits, findNodeAtLocation, modify, type ParseError, parseTree } from "jsonc-parser";
import type { Verdict } from "../../core/access.ts";

/** What becomes of a rule in a file: `from` is what stands there, `to` what shall; one of them may be missing. */
export interface RuleChange {
  readonly verdict: Verdict;
  readonly from?: string;
  readonly to?: string;
}

/**
 * The text of a settings file with one rule added, replaced or taken away, and everything else (comments, order, indentation,
 * line ends, byte order mark) as it was. Undefined when `from` does not stand there, or the file cannot be understood.
 */
export function changeRule(written: string, change: RuleChange): string | undefined {
  const bom = written.startsWith("\uFEFF") ? "\uFEFF" : "";
  const text = written.slice(bom.length).trim() === "" ? "{}\n" : written.slice(bom.length);
  const known = rulesAt(text, change.verdict);
  if (!known) return undefined;
  const { from, to } = change;
  if (from !== undefined) return atPlace(known.indexOf(from));
  if (to === undefined) return undefined;
  return known.includes(to) ? written : edited(known.isThere ? known.length : undefined, to);

  function atPlace(at: number): string | undefined {
    if (at < 0) return undefined;
    // What it becomes stands there already: then one of them is enough.
    const isTwice = to !== from && to !== undefined && known?.includes(to);
    return edited(at, isTwice ? undefined : to);
  }
  function edited(at: number | undefined, value: string | undefined): string {
    const options = { formattingOptions: formattingOf(text), isArrayInsertion: from === undefined };
    const list = ["permissions", change.verdict];
    const edits =
      at === undefined ? modify(text, list, [value], options) : modify(text, [...list, at], value, options);
    return bom + applyEdits(text, edits);
  }
}

/** Entries of a list of rules; undefined where nothing can be put in. */
function rulesAt(text: string, verdict: Verdict) {
  const errors: ParseError[] = [];
  const tree = parseTree(text, errors, { allowTrailingComma: true });
  if (tree?.type !== "object" || errors.length > 0) return undefined;
  const list = findNodeAtLocation(tree, ["permissions", verdict]);
  if (list !== undefined && list.type !== "array") return undefined;
  const entries = (list?.children ?? []).map(({ value }): unknown => value);
  return {
    isThere: list !== undefined,
    length: entries.length,
    indexOf: (entry: string) => entries.indexOf(entry),
    includes: (entry: string) => entries.includes(entry),
  };
}

function formattingOf(text: string) {
  const indent = /^([ \t]+)\S/m.exec(text)?.[1] ?? "  ";
  return {
    insertSpaces: !indent.startsWith("\t"),
    tabSize: indent.startsWith("\t") ? 1 : indent.length,
    eol: text.includes("\r\n") ? "\r\n" : "\n",
  };
}
