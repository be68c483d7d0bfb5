import type { Detail } from "../detail.ts";
import type { EventOf } from "../event.ts";
import { isToolUse, plainText } from "../message.ts";
import { type Happening, isOwnEdit } from "./habit.ts";

/** What hardly anybody means to leave behind, and what it is called. */
const TRACES: readonly (readonly [pattern: RegExp, name: string])[] = [
  [/\b(?:TODO|FIXME|XXX)\b/, "TODO"],
  [/^\s*debugger;?\s*$/, "debugger"],
  [/\bconsole\.(?:log|debug)\(\s*["'`](?:DEBUG|debug|here|>>>|---|###|XXX)/, "debug output"],
  [/^\s*(?:import pdb\b|pdb\.set_trace\(|breakpoint\(\)|binding\.pry|byebug\b)/, "a breakpoint"],
  [/\bdbg!\(/, "dbg!"],
  [/\b(?:describe|it|test|suite|context)\.only\(/, "a test with .only"],
  [/not implemented|implement (?:this|me) later/i, "something not implemented"],
];
const MADE_TO_TRY =
  /(?:^|\/)(?:(?:tmp|scratch|repro)(?:[-_.][\w.-]*)?|(?:temp|debug|try|foo|test)[-_]?\d+|(?:temp|debug)[-_](?:script|test|run|check)[\w-]*)\.\w+$|\.(?:bak|orig|rej|tmp)$|~$/i;
/** Found by their place or name, so nothing has to mention them. */
const FOUND_BY_NAME =
  /\.(?:md|mdx|txt|rst|json|jsonc|ya?ml|toml|ini|cfg|css|scss|html?|svg|sql|snap|d\.ts)$|(?:^|[/._-])(?:tests?|specs?|__tests__|stories|migrations?|fixtures?|index|main|mod|lib|__init__|conftest|setup)(?:[/._-]|$)|[a-z](?:Test|Spec)\.\w+$|(?:^|\/)\.|(?:^|\/)[^./]+$/i;

/** Nothing runs them, so nothing has to be run because of them. */
const NO_CODE =
  /\.(?:mdx?|markdown|txt|rst|adoc|csv|tsv|svg|jsonc?|ya?ml|toml|ini|cfg|conf|env|lock|log)$|(?:^|\/)(?:[A-Z]+|\.[^/]+)$/;
export const holdsNoCode = (path: string): boolean => NO_CODE.test(shortPath(path));

/** The name of a file with its folder, which says enough, however deep it is. */
export const shortPath = (path: string): string => path.split(/[/\\]/).slice(-2).join("/");

/** What the edits of a turn would leave behind. A fold, as habits are. */
export class Leftovers {
  /** How many lines with a trace were added and not taken out again, by path and line. */
  readonly #traces = new Map<string, Map<string, { name: string; count: number }>>();
  readonly #created = new Set<string>();
  /** All that was written, run or said: where a new file may be mentioned. */
  readonly #words: { readonly about: string | undefined; readonly text: string }[] = [];

  take(happening: Happening): void {
    if (happening.type === "reply") this.#reply(happening.event);
    if (happening.type === "edit" && isOwnEdit(happening.event)) this.#edit(happening.event);
    if (happening.type === "result") this.#diff(happening.result.finished.detail);
  }

  #reply({ content }: EventOf<"assistant">): void {
    this.#words.push({ about: undefined, text: plainText(content) });
    for (const block of content) {
      if (!isToolUse(block)) continue;
      const text = JSON.stringify(block.input) ?? "";
      this.#words.push({ about: /"(?:file_path|path)":"((?:[^"\\]|\\.)*)"/.exec(text)?.[1], text });
    }
  }

  #edit({ path, before, after, from }: EventOf<"edit">): void {
    if (from !== undefined && this.#created.delete(from)) this.#created.add(path);
    if (before === "" && after !== "") this.#created.add(path);
    if (after !== "") return;
    this.#created.delete(path);
    this.#traces.delete(path);
  }

  #diff(detail: Detail | undefined): void {
    if (detail?.kind !== "diff" || holdsNoCode(detail.path)) return;
    const traces = this.#traces.get(detail.path) ?? new Map<string, { name: string; count: number }>();
    this.#traces.set(detail.path, traces);
    for (const line of detail.hunks.flatMap(({ lines }) => lines)) {
      const sign = line.startsWith("+") ? 1 : line.startsWith("-") ? -1 : 0;
      const found = sign === 0 ? undefined : TRACES.find(([pattern]) => pattern.test(line.slice(1)));
      if (!found) continue;
      const key = line.slice(1).trim();
      traces.set(key, { name: found[1], count: (traces.get(key)?.count ?? 0) + sign });
    }
  }

  /** In words, each with its file. */
  list(): string[] {
    const traces = [...this.#traces].flatMap(([path, lines]) => {
      const names = new Set([...lines.values()].filter(({ count }) => count > 0).map(({ name }) => name));
      return [...names].map((name) => `${name} in ${shortPath(path)}`);
    });
    const tries = [...this.#created].filter((path) => MADE_TO_TRY.test(shortPath(path)));
    const unused = [...this.#created].filter((path) => !tries.includes(path) && this.#isUnmentioned(path));
    return [
      ...traces,
      ...tries.map((path) => `${shortPath(path)}, which looks like a file to try something`),
      ...unused.map((path) => `${shortPath(path)}, which nothing seems to use`),
    ];
  }

  #isUnmentioned(path: string): boolean {
    if (FOUND_BY_NAME.test(shortPath(path))) return false;
    const name = shortPath(path).slice(shortPath(path).lastIndexOf("/") + 1);
    const stem = name.slice(0, name.indexOf("."));
    return !this.#words.some(({ about, text }) => !about?.endsWith(name) && text.includes(stem));
  }
}
