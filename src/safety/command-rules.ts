import type { Rule, Verdict } from "../core/access.ts";
import { climbsFrom } from "./climbs-back.ts";
import { isInRoots, type RulePlace } from "./path-patterns.ts";
import { languageAt, rulesName } from "./powershell/late.ts";
import { isSecret } from "./protected-files.ts";
import { readCommands, shellRisk } from "./shell/late.ts";
import type { CommandReading, ReadCommand } from "./shell/reading.ts";
import { readsItsScript, runsOthers, viewsOf, withoutWrappers } from "./shell-wrappers.ts";
import { starMatcher } from "./stars.ts";

const PARAMETERS = /^(?:run_in_background|timeout|description):/;
/** What may stand before an allowed command: it changes how results look, never what runs. */
const HARMLESS = /^(?:LANG|LC_[A-Z]+|TZ|NO_COLOR|FORCE_COLOR|COLUMNS|LINES)$/;

interface Pattern {
  readonly isExact: boolean;
  readonly matches: (text: string) => boolean;
}

/** An allow rule for commands; together, several of them allow what none allows alone. */
export interface CommandRule extends Rule {
  readonly command: Pattern;
  /** What its wildcard stands for may be anything but of high risk. */
  readonly isBelowHigh?: true;
}

/** Whether a simple command only reads, run in this folder: what needs no rule beside those that have one. */
export type ReadsOnly = (text: string, cwd: string) => boolean;

/** One blank between words; what stands in quotes stays. */
export const withOneBlank = (text: string): string =>
  text
    .replaceAll(/'[^']*'|"(?:\\[\s\S]|[^"\\])*"|\\[\s\S]|[ \t\n]+/g, (part) =>
      /^[ \t\n]/.test(part) ? " " : part,
    )
    .trim();

/** `*` is any text; a trailing ` *` or `:*` is a word boundary and also matches no arguments. All else is literal. */
function compile(spec: string, place: RulePlace): Pattern {
  return languageAt(place) === "powershell" ? compilePowershell(spec) : compileText(spec);
}

/** PowerShell takes no notice of case, and an alias is the command it stands for: in the rule as in what runs. */
function compilePowershell(spec: string): Pattern {
  const [program = ""] = spec.trim().split(/[\s:*]/, 1);
  const known = new Map<string, Pattern>();
  const pattern = (): Pattern => {
    // What the name stands for is only known once what reads PowerShell is loaded.
    const name = program === "" ? "" : rulesName(program);
    const compiled = known.get(name) ?? compileText((name + spec.trim().slice(program.length)).toLowerCase());
    known.set(name, compiled);
    return compiled;
  };
  return { isExact: !spec.includes("*"), matches: (command) => pattern().matches(command.toLowerCase()) };
}

function compileText(spec: string): Pattern {
  const text = withOneBlank(spec.replace(/:\*$/, " *"));
  if (!text.includes("*")) return { isExact: true, matches: (command) => command === text };
  const matches = starMatcher(text);
  const bare = text.endsWith(" *") ? starMatcher(text.slice(0, -2)) : matches;
  return { isExact: false, matches: (command) => matches(command) || bare(command) };
}

export const readAt = (text: string, place: RulePlace): CommandReading =>
  readCommands(text, {
    cwd: place.cwd,
    home: place.home,
    shell: place.shell,
    resolve: place.paths.resolve,
  });

/**
 * Rules for `Bash(spec)`; `undefined` as the spec covers every command. A wildcard allows commands one by one, each with
 * all that it runs; a deny or ask rule also asks about everything it cannot see through.
 */
export function commandRules(
  verdict: Verdict,
  spec: string | undefined,
  source: string,
  place: RulePlace,
): Rule[] | undefined {
  if (spec?.trim() === "") return undefined;
  if (spec === undefined || spec === "*") {
    const matches = (text: string): boolean => verdict !== "allow" || readAt(text, place).isReadable;
    return [{ verdict, kind: "execute", source, matches }];
  }
  const command = compile(spec, place);
  if (verdict === "allow") {
    const rule: CommandRule = {
      verdict,
      kind: "execute",
      source,
      command,
      matches: (text) => allows([command], { mayWrite: () => false }, readAt(text, place), place),
    };
    return [rule];
  }
  const doubt: Rule = {
    verdict: "ask",
    kind: "execute",
    source: `${source} (cannot be ruled out)`,
    matches: (text) => PARAMETERS.test(spec) || isUnclear(readAt(text, place)),
  };
  return [{ verdict, kind: "execute", source, matches: (text) => touches(command, text, place, 0) }, doubt];
}

export const isCommandRule = (rule: Rule): rule is CommandRule =>
  rule.verdict === "allow" && "command" in rule;

/**
 * A rule as it counts when a person gave it on a card: they have seen one command, so what else its wildcard stands for is
 * covered only below high risk. A rule that spells a command is about that one, whatever it does.
 */
export function belowHigh(rule: Rule, place: RulePlace): Rule {
  if (rule.verdict !== "allow" || rule.kind !== "execute") return rule;
  if (isCommandRule(rule) && rule.command.isExact) return rule;
  const matches = (text: string): boolean =>
    rule.matches(text) && isForeseeable(readAt(text, place), text, place);
  if (!isCommandRule(rule)) return { ...rule, matches };
  const below: CommandRule = { ...rule, matches, isBelowHigh: true };
  return below;
}

/** Of no high risk, and without words that only another command's output will tell, apart from the message of a commit. */
function isForeseeable(
  { commands }: CommandReading,
  cmd: string,
  { cwd, home, roots, shell }: RulePlace,
): boolean {
  const isKnown = commands.every(({ words }) => {
    const [program, doing] = words;
    const isCommit = program?.value === "git" && doing?.value === "commit";
    return isCommit || words.every(({ value }) => !value.includes("\0"));
  });
  return isKnown && shellRisk({ cmd, cwd, home, roots, shell }).risk !== "high";
}

/**
 * What all allow rules cover together: a list of commands each of which one of them allows (or `readsOnly`, beside one that has a
 * rule), and redirections to files that may be written. Give all rules that are in force.
 */
export function jointRules(rules: readonly Rule[], place: RulePlace, readsOnly?: ReadsOnly): Rule[] {
  const all = rules.filter(isCommandRule);
  if (all.length === 0) return [];
  const free = all.filter(({ isBelowHigh }) => !isBelowHigh);
  const writes = rules.filter(({ verdict, kind }) => verdict === "allow" && kind === "write");
  const mayWrite = (path: string): boolean =>
    [path, place.real?.(path) ?? path].every((one) => writes.some((rule) => rule.matches(one)));
  const matches = (text: string): boolean => {
    const reading = readAt(text, place);
    const covered = (some: readonly CommandRule[]): boolean =>
      allows(
        some.map(({ command }) => command),
        { mayWrite, readsOnly },
        reading,
        place,
      );
    if (covered(free)) return true;
    return free.length < all.length && covered(all) && isForeseeable(reading, text, place);
  };
  return [{ verdict: "allow", kind: "execute", source: "rules for each of its commands", matches }];
}

interface Beside {
  readonly mayWrite: (path: string) => boolean;
  readonly readsOnly?: ReadsOnly | undefined;
}

function allows(
  patterns: readonly Pattern[],
  { mayWrite, readsOnly }: Beside,
  reading: CommandReading,
  place: RulePlace,
): boolean {
  if (!reading.isReadable || reading.isOdd || reading.commands.length === 0) return false;
  const written = reading.commands.flatMap((command) => targets(command, place, true));
  if (!written.every((path) => path !== undefined && mayWrite(path))) return false;
  const read = reading.commands.flatMap((command) => targets(command, place, false));
  if (!read.every((path) => path !== undefined && mayRead(path, place))) return false;
  const commands = reading.commands.filter(
    ({ words, redirects }) => words.length > 0 || redirects.length === 0,
  );
  const others = commands.filter(
    (command) => !patterns.some((pattern) => allowsCommand(pattern, command, reading)),
  );
  if (others.length === commands.length) return false;
  return others.length === 0 || (!reading.commands.some(changesTheShell) && others.every(reads(readsOnly)));
}

/** After these a harmless name may mean something else. */
const changesTheShell = ({ words: [name] }: ReadCommand): boolean =>
  /^(?:export|declare|typeset|local|readonly|set|shopt|source|\.|alias|unalias|hash|enable|trap|unset|exec|eval|builtin|command|pushd|popd|set-location|push-location|pop-location)$/.test(
    name?.value ?? "",
  );

const reads =
  (readsOnly: ReadsOnly | undefined) =>
  (command: ReadCommand): boolean =>
    readsOnly !== undefined &&
    command.cwds !== undefined &&
    command.cwds.length > 0 &&
    command.cwds.every((cwd) => readsOnly(textOf(command), cwd));

const mayRead = (path: string, place: RulePlace): boolean =>
  [path, place.real?.(path) ?? path].every((one) => isInRoots(place, one) && !isSecret(one));

/** Files a command's redirections write or read; undefined for one that is only known when it runs. */
function targets(
  { redirects, cwds }: ReadCommand,
  place: RulePlace,
  isWrite: boolean,
): (string | undefined)[] {
  return redirects
    .filter(({ operator }) => (operator !== "<") === isWrite)
    .flatMap(({ words }) => {
      const [word] = words;
      if (!word || !cwds || words.length > 1 || word.isGlob || word.isSplit || word.value.includes("\0"))
        return [undefined];
      if (climbsFrom(word.value, cwds, place.cwd)) return [undefined];
      return cwds.map((cwd) => place.paths.resolve(cwd, word.value));
    });
}

export const textOf = ({ assignments, texts }: ReadCommand): string =>
  [...assignments.map(({ text }) => text), ...texts].join(" ").replaceAll("\\\n", "");

function allowsCommand(pattern: Pattern, command: ReadCommand, reading: CommandReading): boolean {
  const [name] = command.words;
  if (!name?.isLiteral) return false;
  if (pattern.isExact && pattern.matches(textOf(command))) return true;
  if (reading.hasVariable || !command.assignments.every((assigned) => HARMLESS.test(assigned.name)))
    return false;
  const inner = withoutWrappers(command);
  if (!inner || !pattern.matches(inner.texts.join(" ").replaceAll("\\\n", ""))) return false;
  if (pattern.isExact) return true;
  const mayAct =
    inner.words.some(({ value, isGlob }) => isGlob && /^[*?[]/.test(value)) &&
    inner.words[0]?.value === "find";
  return (
    !mayAct &&
    !runsOthers(inner.words.map(({ value }) => value)) &&
    !inner.words.some(({ value }) => leavesItsFolder(value))
  );
}

const leavesItsFolder = (word: string): boolean => /(?:^|[\\/=])\.\.(?:[\\/]|$)/.test(word);

/** What these run may differ from what is written. */
export const isUnclear = (reading: CommandReading): boolean =>
  !reading.isReadable ||
  reading.isOdd ||
  reading.hasVariable ||
  reading.commands.some(
    ({ words }) =>
      words.some(({ value }) => value.includes("\0")) ||
      (words[0] && (!words[0].isLiteral || /^(?:eval|source|\.|alias|hash|enable)$/.test(words[0].value))) ||
      readsItsScript(words.map(({ value }) => value)),
  );

/** Whether any command in the text, however wrapped, is one the pattern means. */
function touches(pattern: Pattern, text: string, place: RulePlace, depth: number): boolean {
  const { commands } = readAt(text, place);
  return commands.some((command) => {
    if (pattern.matches(command.texts.join(" "))) return true;
    const { views, scripts } = viewsOf(command.words.map(({ value }) => value));
    if (views.some((view) => pattern.matches(view))) return true;
    return depth < 4 && scripts.some((inner) => inner !== text && touches(pattern, inner, place, depth + 1));
  });
}
