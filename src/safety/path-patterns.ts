import ignore from "ignore";
import type { Verdict } from "../core/access.ts";
import type { Paths } from "../core/ports.ts";
import { foldSpelling, relativeTo, toSlashes } from "./fold-path.ts";
import { globsOverlap } from "./glob-overlap.ts";
import { refusePath } from "./path-safety.ts";
import type { ShellLanguage } from "./powershell/late.ts";

/** What the patterns of a rule are relative to. Paths are absolute and canonical. */
export interface RulePlace {
  readonly cwd: string;
  /** Workspace folders; `/x` is anchored at each of them. */
  readonly roots: readonly string[];
  readonly home: string;
  /** What relative patterns and `/x` are anchored at instead, for rules that are written elsewhere. */
  readonly anchors?: { readonly cwd: string; readonly roots: readonly string[] };
  readonly paths: Paths;
  /** The place a path really leads to, as far as that is known: links are only followed where somebody looked before. */
  readonly real?: (path: string) => string | undefined;
  /** Whether it was looked up where a path leads, when not all of them are. */
  readonly isLooked?: (path: string) => boolean;
  /** What runs commands; by default what Plumb uses where such a folder is. */
  readonly shell?: ShellLanguage;
  /** Whether the workspace's file system takes `A` and `a` for the same name. */
  readonly isCaseInsensitive: boolean;
}

export type PathMatcher = (target: string) => boolean;

/** Whether a path is soundly spelled and lies in the workspace. */
export const isInRoots = (place: RulePlace, target: string): boolean =>
  refusePath(target, undefined, { use: "read", roots: place.roots }) === undefined &&
  place.roots.some((root) => place.paths.within(root, target) !== undefined);

interface Anchored {
  readonly bases: readonly string[];
  /** A gitignore pattern that starts with `/`. */
  readonly pattern: string;
  /** False when the rule itself says where it is anchored, which may be outside the workspace. */
  readonly isInWorkspace: boolean;
}

/** Undefined for a pattern that says nothing (empty) or takes something back (`!x`): a rule states one thing. */
function anchor(text: string, verdict: Verdict, place: RulePlace): Anchored | undefined {
  if (text === "" || text.startsWith("!") || /[\n\r\0]/.test(text)) return undefined;
  const spec = text.replaceAll(/(?<=\*\*)\/(?:\*\*\/)+/g, "/");
  const { cwd, roots } = place.anchors ?? place;
  if (spec.startsWith("//")) return { bases: ["/"], pattern: spec.slice(1), isInWorkspace: false };
  if (spec === "~" || spec.startsWith("~/")) {
    return { bases: [place.home], pattern: spec.slice(1) || "/**", isInWorkspace: false };
  }
  if (spec.startsWith("/")) return { bases: roots, pattern: spec, isInWorkspace: true };
  const relative = spec.replace(/^(?:\.\/)+/, "");
  if (relative === "" || relative === ".") return undefined;
  // Allow stays where it was written; deny and ask also hold for the same name further down and in other folders.
  const bases = verdict === "allow" ? [cwd] : [cwd, ...roots];
  const isName = !relative.replace(/\/$/, "").includes("/");
  const isFolder = /^[^/*]+\/\*\*$/.test(relative);
  // `./x` says where; `x` alone is a name.
  const isHere = spec.startsWith("./");
  const floats = !isHere && (isName || (isFolder && verdict !== "allow"));
  return { bases, pattern: floats ? `/**/${relative}` : `/${relative}`, isInWorkspace: true };
}

/**
 * Compiles a file pattern of a rule. Allow is exact and covers nothing whose spelling is in doubt; deny and ask
 * cover every spelling of the same file, and with `dir/**` the folder itself.
 */
export function pathMatcher(text: string, verdict: Verdict, place: RulePlace): PathMatcher | undefined {
  const anchored = anchor(text, verdict, place);
  if (!anchored) return undefined;
  const isAllow = verdict === "allow";
  const spell = isAllow ? toSlashes : foldSpelling;
  const bases = [...new Set(anchored.bases.map(spell))];
  const pattern = isAllow
    ? anchored.pattern
    : foldSpelling(anchored.pattern).replace(/(?<=[^*/])\/\*\*$/, "");
  const patterns = ignore({ ignorecase: place.isCaseInsensitive }).add({ pattern });
  const fold = (path: string): string => (place.isCaseInsensitive ? path.toLowerCase() : path);
  return (target) => {
    if (isAllow && refusePath(target, undefined, { roots: place.roots }) !== undefined) return false;
    if (isAllow && anchored.isInWorkspace && !isInRoots(place, target)) return false;
    const spelled = spell(target);
    return bases.some((base) => {
      const inside = relativeTo(fold(base), fold(spelled));
      if (inside === undefined) return false;
      const relative = spelled.slice(spelled.length - inside.length);
      return relative === "" ? !isAllow && isWholeFolder(pattern) : patterns.ignores(relative);
    });
  };
}

/**
 * Whether a path with wildcards, as a shell would expand them, can become one that a deny or ask rule covers. Undefined
 * for patterns that say nothing.
 */
export function globMatcher(text: string, verdict: Verdict, place: RulePlace): PathMatcher | undefined {
  const anchored = anchor(text, verdict, place);
  if (!anchored) return undefined;
  const fold = (path: string): string => {
    const spelled = foldSpelling(path);
    return place.isCaseInsensitive ? spelled.toLowerCase() : spelled;
  };
  const pattern = fold(anchored.pattern.replace(/(?<=[^*/])\/\*\*$/, ""));
  const patterns = anchored.bases.map((base) => `${fold(base).replaceAll(/[*?[\]\\]/g, "\\$&")}${pattern}`);
  return (target) => patterns.some((one) => globsOverlap(one, fold(target)));
}

/** The base itself is covered only by patterns that cover all of it. */
const isWholeFolder = (pattern: string): boolean => pattern === "/**" || pattern === "/" || pattern === "/*";

/**
 * The part of a pattern that names something: `.vscode` of `**\/.vscode/**`, "" of `src/*` and `**`. A rule with such
 * a part that is itself protected was written on purpose.
 */
export function literalPart(text: string): string {
  const segments = text.replace(/^(?:\/\/|~\/|\/|(?:\.\/)+)/, "").split("/");
  const named: string[] = [];
  for (const segment of segments) {
    if (segment === "**") continue;
    if (/[*?[\]\\]/.test(segment)) break;
    named.push(segment);
  }
  return named.join("/");
}

/** A workspace may itself lie below a folder called `.claude` or `.ssh`: what counts is the place within it. */
export function fromRoot(target: string, place: Pick<RulePlace, "roots" | "paths">): string {
  const inside = place.roots
    .map((root) => place.paths.within(root, target))
    .filter((path) => path !== undefined);
  return inside.toSorted((a, b) => b.length - a.length)[0] ?? target;
}
