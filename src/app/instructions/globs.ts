/** What `{a,b}{c,d}` may become; a rule that asks for more is no rule. */
const MOST_PATTERNS = 1_000;
const MOST_CHARS = 4 * 1024 * 1024;

export type GlobMatcher = (path: string) => boolean;

/**
 * Whether a path relative to where the globs count, or an absolute one (with `/`), is meant by one of them. `*` and `?` stay within a name,
 * `**` goes through folders, `[a-z]`, `[!a]` and `{a,b}` are known; a glob without `/` is about names at any depth. The time a
 * match takes grows with the length of glob and path only. Undefined for globs that are beyond all measure.
 */
export function globMatcher(globs: readonly string[], ignoresCase = false): GlobMatcher | undefined {
  const budget = { patterns: MOST_PATTERNS, chars: MOST_CHARS };
  const expanded: string[] = [];
  for (const glob of globs) {
    const all = expand(glob.trim().replaceAll("\\", "/"), budget);
    if (!all) return undefined;
    expanded.push(...all);
  }
  const compiled = expanded.flatMap((one) => compile(fold(one, ignoresCase)));
  return (path) => {
    const names = fold(path, ignoresCase).replace(/^\/+/, "").split("/");
    return compiled.some((segments) => matchesAll(segments, names));
  };
}

const fold = (text: string, ignoresCase: boolean): string => (ignoresCase ? text.toLowerCase() : text);

/** Undefined when it would be more than anybody means. */
function expand(glob: string, budget: { patterns: number; chars: number }): string[] | undefined {
  const done: string[] = [];
  const open = [glob];
  for (let one = open.pop(); one !== undefined; one = open.pop()) {
    const group = firstGroup(one);
    budget.chars -= one.length;
    if (budget.chars < 0) return undefined;
    if (group) {
      const { before, choices, after } = group;
      if (open.length + choices.length > MOST_PATTERNS) return undefined;
      open.push(...choices.map((choice) => before + choice + after));
      continue;
    }
    budget.patterns -= 1;
    if (budget.patterns < 0) return undefined;
    done.push(one);
  }
  return done;
}

interface Group {
  readonly before: string;
  readonly choices: readonly string[];
  readonly after: string;
}

function firstGroup(glob: string): Group | undefined {
  for (let start = glob.indexOf("{"); start >= 0; start = glob.indexOf("{", start + 1)) {
    const marks = groupAt(glob, start);
    if (marks === "never ends") return undefined;
    if (marks.length < 3) continue;
    const choices = marks.slice(1).map((end, i) => glob.slice((marks[i] ?? 0) + 1, end));
    return { before: glob.slice(0, start), choices, after: glob.slice((marks.at(-1) ?? 0) + 1) };
  }
  return undefined;
}

/** Where the group begins, its commas, and where it ends. */
function groupAt(glob: string, start: number): number[] | "never ends" {
  const marks = [start];
  let depth = 0;
  for (let at = start; at < glob.length; at += 1) {
    const char = glob[at];
    if (char === "{") depth += 1;
    if (char === "}") depth -= 1;
    if (depth === 0 || (char === "," && depth === 1)) marks.push(at);
    if (depth === 0) return marks;
  }
  return "never ends";
}

/** One character: anything, a set, or itself. */
type Unit = { readonly kind: "many" } | { readonly kind: "one"; readonly fits: (char: string) => boolean };
/** A name that has nothing special in it is compared as it is. */
type Segment = "any folders" | { readonly name: string } | readonly Unit[];

/** None for a glob that says nothing or is malformed: it matches nothing. */
function compile(glob: string): (readonly Segment[])[] {
  const plain = glob.replace(/^(?:\.?\/)+/, "");
  if (plain === "") return [];
  const written = plain.endsWith("/") ? `${plain}**` : plain;
  const floats = !written.includes("/") && !glob.startsWith("/") && !glob.startsWith("./");
  const segments: Segment[] = floats ? ["any folders"] : [];
  for (const name of written.split("/")) {
    if (name === "" || (name === "**" && segments.at(-1) === "any folders")) continue;
    const units = name === "**" ? "any folders" : unitsOf(name);
    if (!units) return [];
    segments.push(units);
  }
  return [segments];
}

function unitsOf(name: string): Segment | undefined {
  if (!/[*?[]/.test(name)) return { name };
  const parts: readonly string[] = name.match(/\*+|\[[!^]?\]?[^\]]*\]|[\s\S]/gu) ?? [];
  if (parts.includes("[")) return undefined;
  return parts.map((part): Unit => {
    if (part.startsWith("*")) return { kind: "many" };
    if (part === "?") return { kind: "one", fits: () => true };
    if (part.startsWith("[")) return { kind: "one", fits: setOf(Array.from(part.slice(1, -1))) };
    return { kind: "one", fits: (char) => char === part };
  });
}

function setOf(chars: readonly string[]): (char: string) => boolean {
  const isNot = chars[0] === "!" || chars[0] === "^";
  const listed = isNot ? chars.slice(1) : chars;
  const ranges: [string, string][] = [];
  for (let at = 0; at < listed.length; at += 1) {
    const first = listed[at] ?? "";
    const isRange = listed[at + 1] === "-" && at + 2 < listed.length;
    ranges.push([first, isRange ? (listed[at + 2] ?? first) : first]);
    if (isRange) at += 2;
  }
  return (char) => ranges.some(([first, last]) => char >= first && char <= last) !== isNot;
}

/** Which beginnings of the path fit so far, segment by segment: never more steps than segments times names. */
function matchesAll(segments: readonly Segment[], names: readonly string[]): boolean {
  let reached: ReadonlySet<number> = new Set([0]);
  for (const [i, segment] of segments.entries()) {
    const isLast = i === segments.length - 1;
    reached =
      segment === "any folders" ? below(reached, names.length, isLast) : oneFurther(reached, segment, names);
    if (reached.size === 0) return false;
  }
  return reached.has(names.length);
}

/** At the end it stands for something, not for the folder itself. */
function below(reached: ReadonlySet<number>, count: number, isLast: boolean): Set<number> {
  const from = Math.min(...reached) + (isLast ? 1 : 0);
  return new Set(Array.from({ length: Math.max(0, count - from + 1) }, (_, i) => from + i));
}

function oneFurther(
  reached: ReadonlySet<number>,
  segment: { readonly name: string } | readonly Unit[],
  names: readonly string[],
): Set<number> {
  const fits = [...reached].filter((at) => {
    const name = names[at];
    if (name === undefined) return false;
    return "name" in segment ? segment.name === name : matchesName(segment, Array.from(name));
  });
  return new Set(fits.map((at) => at + 1));
}

function matchesName(units: readonly Unit[], chars: readonly string[]): boolean {
  let reached = new Array<boolean>(chars.length + 1).fill(false);
  reached[0] = true;
  for (const unit of units) {
    const next = new Array<boolean>(chars.length + 1).fill(false);
    for (let at = 0; at <= chars.length; at += 1) {
      if (unit.kind === "many") next[at] = reached[at] === true || (at > 0 && next[at - 1] === true);
      else if (at > 0) next[at] = reached[at - 1] === true && unit.fits(chars[at - 1] ?? "");
    }
    reached = next;
  }
  return reached[chars.length] === true;
}
