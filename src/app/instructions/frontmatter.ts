/** What stands at the head of a rule, between two lines of `---`. Only the keys that say when a rule counts are understood. */
export interface RuleHead {
  /** Globs; undefined where the rule says nothing about files. */
  readonly paths: readonly string[] | undefined;
  /** Undefined where the rule does not say so. */
  readonly alwaysApply: boolean | undefined;
}

const HEAD = /^---[ \t]*\n((?:[\s\S]*?\n)??)---[ \t]*(?:\n|$)/;
const PATH_KEYS = new Set(["paths", "globs", "applyto"]);
/** A head is a few lines; what is longer is text between two rulers. */
const MOST_HEAD_CHARS = 64_000;

/**
 * Takes the head off a rule. Read by line and not as YAML: globs are written there without quotes, and no YAML
 * reader takes a value that begins with a star. Text must have `\n` line ends. Total: never throws.
 */
export function splitHead(text: string): { readonly head: RuleHead; readonly body: string } {
  const found = HEAD.exec(text.slice(0, MOST_HEAD_CHARS));
  if (!found) return { head: { paths: undefined, alwaysApply: undefined }, body: text };
  return { head: readHead(found[1] ?? ""), body: text.slice(found[0].length) };
}

function readHead(text: string): RuleHead {
  const found: { paths?: string[]; alwaysApply?: boolean } = {};
  let isInPaths = false;
  for (const line of text.split("\n")) {
    const item = /^\s*-(?:\s+(.*))?$/.exec(line);
    const [, key, value = ""] = /^([A-Za-z_][\w-]*)\s*:(?:\s+(.*))?$/.exec(line) ?? [];
    // Remarks, blank lines and what is further in change nothing.
    if (key !== undefined) isInPaths = PATH_KEYS.has(key.toLowerCase());
    else if (!item && /^[^\s#]/.test(line)) isInPaths = false;
    const written = item ? item[1] : value;
    if (isInPaths) found.paths = [...(found.paths ?? []), ...listed(written ?? "")];
    if (key === "alwaysApply") found.alwaysApply = /^(?:true|yes)\b/i.test(value.trim());
  }
  return { paths: found.paths, alwaysApply: found.alwaysApply };
}

/** `a, b`, `[a, "b"]` or one of them. Commas in braces belong to the glob. */
function listed(value: string): string[] {
  const inner = withoutRemark(value.trim());
  const list = /^\[([\s\S]*)\]$/.exec(inner)?.[1];
  return splitCommas(list ?? inner)
    .map((part) => unquoted(part.trim()))
    .filter((part) => part !== "");
}

const withoutRemark = (value: string): string =>
  /^["']/.test(value) ? value.replace(/^("[^"]*"|'[^']*')\s+#.*$/, "$1") : value.replace(/\s+#.*$/, "");

const unquoted = (value: string): string => (/^"[^"]*"$|^'[^']*'$/.test(value) ? value.slice(1, -1) : value);

/** `"a, b"` is a list as well: one text with commas. */
function splitCommas(value: string): string[] {
  const parts = [""];
  let depth = 0;
  for (const [part] of unquoted(value).matchAll(/"[^"]*"|'[^']*'|[{},"']|[^"'{},]+/g)) {
    if (part === "{") depth += 1;
    if (part === "}") depth = Math.max(0, depth - 1);
    if (part === "," && depth === 0) parts.push("");
    else parts.push(`${parts.pop() ?? ""}${part}`);
  }
  return parts;
}
