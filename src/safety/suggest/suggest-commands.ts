import { textOf, withOneBlank } from "../command-rules.ts";
import type { RulePlace } from "../path-patterns.ts";
import { isProtectedForWriting, isSecret } from "../protected-files.ts";
import { readCommands } from "../shell/late.ts";
import type { ReadCommand } from "../shell/reading.ts";
import { withoutWrappers } from "../shell-wrappers.ts";
import { kindLength } from "./command-kinds.ts";

/** More than this is no rule any more but a list that nobody reads. */
export const MOST_RULES = 5;
const MAX_CHARS = 500;

type SuggestPlace = Pick<RulePlace, "cwd" | "roots" | "paths">;

interface Known {
  /** Whether a simple command needs no rule. */
  readonly isAllowed: (part: string) => boolean;
  /** Whether the whole command would run without a question if these rules held as well. */
  readonly lets: (rules: readonly string[]) => boolean;
}

/**
 * Sets of rules that would let a command through from now on, each on its own, narrowest first: its simple commands as they are
 * written, and the kinds of action they are. What is allowed already needs no rule. None when no rule can say it.
 */
export function commandChoices(command: string, place: SuggestPlace, known: Known): string[][] {
  const { cwd, paths } = place;
  // Where home is makes no difference to the text of a rule, and no rule is made for what lies there.
  const reading = readCommands(command, { cwd, home: "/~", resolve: paths.resolve });
  if (!reading.isReadable || reading.isOdd) return [];
  const parts = reading.commands.filter(({ words, redirects }) => words.length > 0 || redirects.length === 0);
  const asking = parts.filter((part) => !known.isAllowed(textOf(part)));
  const writes = reading.commands.flatMap((part) => writeRules(part, place));
  const [exact, kind] = [exactRule, kindRule].map((rule) => {
    // What is allowed on its own may need a rule beside others: it is then said as well.
    const possible = [asking, parts].map((some) => complete([...some.map(rule), ...writes]));
    return possible.find((rules) => rules !== undefined && known.lets(rules));
  });
  return [exact, exact?.join() === kind?.join() ? undefined : kind].filter((rules) => rules !== undefined);
}

/** Each rule once; undefined when one could not be said, or when there are none or too many. */
function complete(rules: readonly (string | undefined)[]): string[] | undefined {
  const said = [...new Set(rules.filter((rule) => rule !== undefined))];
  const isWhole = rules.every((rule) => rule !== undefined);
  return isWhole && said.length > 0 && said.length <= MOST_RULES ? said : undefined;
}

/** The rule that covers exactly this simple command. */
function exactRule(part: ReadCommand): string | undefined {
  const text = textOf(part);
  const isSayable =
    part.words[0]?.isLiteral === true &&
    text.length <= MAX_CHARS &&
    !/[*\n]|[:\\]$/.test(text) &&
    withOneBlank(text) === text;
  return isSayable ? `Bash(${text})` : undefined;
}

/** The rule for the kind of action that a simple command is; the exact one when there is none. */
function kindRule(part: ReadCommand): string | undefined {
  const inner = withoutWrappers(part);
  if (!inner) return exactRule(part);
  const words = inner.words.map(({ value }) => value);
  const length = kindLength(words);
  const named = inner.texts.slice(0, length);
  // Only words that stand there as they are meant: what is quoted is matched with its quotes.
  const isPlain = named.every((text, at) => text === words[at] && !/[*\s:]$/.test(text));
  if (length === undefined || named.length < length || !isPlain) return exactRule(part);
  return `Bash(${named.join(" ")} *)`;
}

/** The files its redirections write, each as a rule. Undefined for one that no rule should name by the way. */
function writeRules({ redirects, cwds }: ReadCommand, place: SuggestPlace): (string | undefined)[] {
  return redirects
    .filter(({ operator }) => operator !== "<")
    .map(({ words: [word, ...others] }) => {
      if (!word || others.length > 0 || !word.isLiteral || word.isGlob || cwds?.length !== 1)
        return undefined;
      const path = place.paths.resolve(cwds[0] ?? place.cwd, word.value);
      const isOrdinary = !isProtectedForWriting(path) && !isSecret(path);
      const [root, ...more] = place.roots;
      const inside = root === undefined || more.length > 0 ? undefined : place.paths.within(root, path);
      return isOrdinary && inside && !/[\\*?[\]!#\p{Cc}]/u.test(inside) ? `Edit(/${inside})` : undefined;
    });
}
