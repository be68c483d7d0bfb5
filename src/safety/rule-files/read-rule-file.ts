import { type Node, type ParseError, parseTree, printParseErrorCode } from "jsonc-parser";
import type { Verdict } from "../../core/access.ts";

/** A rule where it stands in its file. */
export interface FileRule {
  readonly verdict: Verdict;
  readonly text: string;
  /** One-based. */
  readonly line: number;
}

/** What a settings file says about permissions and instructions. Everything else in it is not looked at. */
export interface RuleFileContent {
  readonly rules: readonly FileRule[];
  /** As it is written; what it means is not known here. */
  readonly defaultMode: string | undefined;
  /** Folders beside the workspace that count as part of it, as they are written. */
  readonly directories: readonly string[];
  readonly disablesBypass: boolean;
  /** Only rules of managed files may allow something. */
  readonly isManagedOnly: boolean;
  /** Instructions that stand in the file itself; they count only in managed files. */
  readonly claudeMd: string | undefined;
  /** Globs of instruction files that are left out. */
  readonly claudeMdExcludes: readonly string[];
  /** What is wrong with single entries, in words: they mean nothing, the rest of the file holds. */
  readonly problems: readonly string[];
  /** Why the file cannot be understood, although it may forbid something: until that is corrected, everything asks. */
  readonly unreadable: string | undefined;
}

const NOTHING: RuleFileContent = {
  rules: [],
  defaultMode: undefined,
  directories: [],
  disablesBypass: false,
  isManagedOnly: false,
  claudeMd: undefined,
  claudeMdExcludes: [],
  problems: [],
  unreadable: undefined,
};

/** A file that could not be understood at all. */
export const unreadableFile = (why: string): RuleFileContent => ({ ...NOTHING, unreadable: why });

const VERDICTS = ["allow", "ask", "deny"] as const;

/**
 * Reads the permissions of a settings file: `{"permissions": {"allow": [...], "ask": [...], "deny": [...]}}`. Comments, trailing
 * commas and a byte order mark are tolerated, as the editor does. Total: never throws.
 */
export function readRuleFile(written: string): RuleFileContent {
  const text = written.replace(/^\uFEFF/, "");
  // Half of a save looks like this, and who meant nothing writes `{}`.
  if (text.trim() === "") return unreadableFile("it is empty");
  const errors: ParseError[] = [];
  const tree = parseTree(text, errors, { allowTrailingComma: true });
  const [first] = errors;
  if (first)
    return unreadableFile(
      `${wordsOf(printParseErrorCode(first.error))} in line ${lineAt(text, first.offset)}`,
    );
  if (tree?.type !== "object") return unreadableFile("it is no JSON object");
  const isManagedOnly = valuesOf(tree, "allowManagedPermissionRulesOnly").some(({ value }) => value === true);
  const all = valuesOf(tree, "permissions");
  if (all.some(({ type }) => type !== "object")) return unreadableFile('"permissions" is no JSON object');
  return { ...readPermissions(text, all), isManagedOnly, ...readInstructions(tree) };
}

function readInstructions(tree: Node): Pick<RuleFileContent, "claudeMd" | "claudeMdExcludes"> {
  const own: unknown = valuesOf(tree, "claudeMd").at(-1)?.value;
  const excludes = valuesOf(tree, "claudeMdExcludes").at(-1);
  return {
    claudeMd: typeof own === "string" && own.trim() !== "" ? own : undefined,
    claudeMdExcludes: (excludes?.children ?? []).flatMap(({ value }) =>
      typeof value === "string" ? [value] : [],
    ),
  };
}

/** Of a key that stands there twice the last one allows, as in every reader of JSON; all of them forbid. */
function readPermissions(text: string, all: readonly Node[]): RuleFileContent {
  const lists = VERDICTS.map((verdict) => {
    const found = all.flatMap((permissions) => valuesOf(permissions, verdict));
    return { verdict, found: verdict === "allow" ? found.slice(-1) : found };
  });
  const noList = lists.find(({ found }) => found.some(({ type }) => type !== "array"));
  if (noList) return unreadableFile(`"${noList.verdict}" in "permissions" is no list`);
  const entries = lists.flatMap(({ verdict, found }) =>
    found
      .flatMap(({ children = [] }) => children)
      .map(({ value, offset }): FileRule | string => {
        const line = lineAt(text, offset);
        if (typeof value === "string") return { verdict, text: value, line };
        return `line ${line}: an entry of "${verdict}" is no text; it means nothing`;
      }),
  );
  const rules = entries.filter((entry) => typeof entry !== "string");
  const problems = entries.filter((entry) => typeof entry === "string");
  const last = (key: string): unknown =>
    all.flatMap((permissions) => valuesOf(permissions, key)).at(-1)?.value;
  const mode = last("defaultMode");
  const directories = all.flatMap((permissions) => valuesOf(permissions, "additionalDirectories")).at(-1);
  return {
    ...NOTHING,
    rules,
    problems,
    defaultMode: typeof mode === "string" ? mode : undefined,
    directories: (directories?.children ?? []).flatMap(({ value }) =>
      typeof value === "string" ? [value] : [],
    ),
    disablesBypass: all
      .flatMap((permissions) => valuesOf(permissions, "disableBypassPermissionsMode"))
      .some(({ value }) => value === "disable" || value === true),
  };
}

/** Values of a key, in order. By the key as it is written: `toString` and `__proto__` are keys like any other. */
const valuesOf = (object: Node, key: string): Node[] =>
  (object.children ?? []).flatMap(({ children: [name, value] = [] }) =>
    name?.value === key && value ? [value] : [],
  );

const lineAt = (text: string, offset: number): number => text.slice(0, offset).split(/\r\n|\n|\r/).length;

/** `CommaExpected` as "comma expected". */
const wordsOf = (code: string): string =>
  code.replaceAll(/(?<=[a-z])[A-Z]/g, (letter) => ` ${letter.toLowerCase()}`).toLowerCase();
