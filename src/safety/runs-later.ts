import { type ParseError, parse } from "jsonc-parser";

/** Of files that are ordinary otherwise, what runs something later: scripts, hooks, plugins, filters. By the name in lower case. */
const KEYS: readonly [RegExp, readonly (readonly string[])[]][] = [
  [
    /^package\.json$/,
    [["scripts"], ["husky"], ["simple-git-hooks"], ["gitHooks"], ["lint-staged"], ["packageManager"]],
  ],
  [/^[jt]sconfig[^/]*\.json$/, [["compilerOptions", "plugins"]]],
];

const nameOf = (path: string): string => path.slice(path.search(/[^\\/]*$/)).toLowerCase();
const isAttributes = (name: string): boolean => name === ".gitattributes";

/** What a change of such a file makes run later, in words; undefined when it changes nothing of that. Total: never throws. */
export function runsLater(path: string, before: string | undefined, after: string): string | undefined {
  const name = nameOf(path);
  if (isAttributes(name)) return filters(before ?? "") === filters(after) ? undefined : "filters of git";
  const keys = KEYS.find(([pattern]) => pattern.test(name))?.[1] ?? [];
  const [old, now] = [readJson(before ?? "{}"), readJson(after)];
  // What cannot be read may say anything.
  if (now === undefined)
    return old === undefined && before === after ? undefined : "what it runs, which cannot be read";
  const changed = keys.find((key) => at(old, key) !== at(now, key));
  return changed?.join(".");
}

const filters = (text: string): string =>
  text
    .split(/\r?\n/)
    .filter((line) => /\s(?:filter|diff|merge)=/.test(line))
    .join("\n");

function readJson(text: string): unknown {
  const errors: ParseError[] = [];
  const value: unknown = parse(text.replace(/^\uFEFF/, ""), errors, { allowTrailingComma: true });
  return errors.length > 0 ? undefined : value;
}

function at(value: unknown, [key, ...rest]: readonly string[]): string | undefined {
  if (key === undefined) return JSON.stringify(value);
  if (typeof value !== "object" || value === null || !Object.hasOwn(value, key)) return undefined;
  return at(Object.entries(value).find(([name]) => name === key)?.[1], rest);
}
