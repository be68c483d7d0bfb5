import type { Rule, Verdict } from "../core/access.ts";
import { pathMatcher, type RulePlace } from "./path-patterns.ts";
import { readShell, type ShellReading } from "./shell-words.ts";
import { starMatcher } from "./stars.ts";

/** Programs that run what their arguments say: a wildcard never allows them, deny and ask rules look through them. */
const RUNNERS = new Set(
  (
    "env sudo doas su command builtin exec eval source . nohup nice timeout time stdbuf xargs setsid ionice watch flock " +
    "chroot unshare nsenter busybox parallel script strace ltrace sh bash dash zsh ksh fish pwsh powershell cmd"
  ).split(" "),
);
const FIND_ACTIONS = /^-(?:exec|execdir|ok|okdir|delete|fprint|fprint0|fprintf|fls)$/;
const SKIPPED = /^(?:if|then|elif|else|while|until|do|time|\{|!|[A-Za-z_]\w*\+?=.*)$/s;
const PARAMETERS = /^(?:run_in_background|timeout|description):/;
const TEXT_ONLY = new Set(["echo", "printf", "true", "false", ":"]);

const baseName = (word: string): string => word.slice(word.lastIndexOf("/") + 1);
const runsOthers = (words: readonly string[]): boolean =>
  RUNNERS.has(baseName(words[0] ?? "")) ||
  (baseName(words[0] ?? "") === "find" && words.some((word) => FIND_ACTIONS.test(word)));

interface Pattern {
  readonly isExact: boolean;
  readonly matches: (text: string) => boolean;
}

/** `*` is any text; a trailing ` *` or `:*` is a word boundary and also matches no arguments. All else is literal. */
function compile(spec: string): Pattern {
  const text = readShell(spec.replace(/:\*$/, " *")).normal;
  if (!text.includes("*")) return { isExact: true, matches: (command) => command === text };
  const matches = starMatcher(text);
  const bare = text.endsWith(" *") ? starMatcher(text.slice(0, -2)) : matches;
  return { isExact: false, matches: (command) => matches(command) || bare(command) };
}

/**
 * Rules for `Bash(spec)`; `undefined` as the spec covers every command. Until a full parser judges commands, a wildcard
 * allows only one plain command, and a deny or ask rule also asks about everything it cannot see through.
 */
export function commandRules(verdict: Verdict, spec: string | undefined, source: string): Rule[] | undefined {
  if (spec?.trim() === "") return undefined;
  if (spec === undefined || spec === "*") {
    return [
      {
        verdict,
        kind: "execute",
        source,
        matches: (text) => verdict !== "allow" || !readShell(text).isBroken,
      },
    ];
  }
  const pattern = compile(spec);
  if (verdict === "allow")
    return [{ verdict, kind: "execute", source, matches: (text) => allows(pattern, text) }];
  const doubt: Rule = {
    verdict: "ask",
    kind: "execute",
    source: `${source} (cannot be ruled out)`,
    matches: (text) => PARAMETERS.test(spec) || isUnclear(readShell(text)),
  };
  return [{ verdict, kind: "execute", source, matches: (text) => touches(pattern, text, 0) }, doubt];
}

function allows(pattern: Pattern, text: string): boolean {
  const shell = readShell(text);
  if (!pattern.matches(shell.normal)) return false;
  if (pattern.isExact) return shell.isSingle;
  const words = shell.commands[0] ?? [];
  return shell.isPlain && !runsOthers(words) && !words.some(leavesItsFolder);
}

/** The rule that would cover exactly this command from now on; none when no rule can, e.g. for a list of commands. */
export function exactCommandRule(command: string): string[] {
  const { normal, isSingle } = readShell(command);
  const isSayable = isSingle && normal !== "" && normal.length <= 500 && !/[*\n]|:$/.test(normal);
  return isSayable ? [`Bash(${normal})`] : [];
}

const leavesItsFolder = (word: string): boolean => /(?:^|[/=])\.\.(?:\/|$)/.test(word);

/** What these run may differ from what is written. */
const isUnclear = (shell: ShellReading): boolean =>
  shell.isBroken || shell.isDynamic || shell.commands.some((words) => runsText(words));

const runsText = (words: readonly string[]): boolean => /^(?:eval|source|\.)$/.test(words[0] ?? "");

/** Whether any command in the text, however wrapped, is one the pattern means. */
function touches(pattern: Pattern, text: string, depth: number): boolean {
  const shell = readShell(text);
  if (pattern.matches(shell.normal)) return true;
  return shell.commands.some((words) => {
    const start = words.findIndex((word) => !SKIPPED.test(word));
    const command = start < 0 ? [] : words.slice(start);
    if (named(pattern, command)) return true;
    if (runsOthers(command) && command.some((_word, at) => at > 0 && named(pattern, command.slice(at))))
      return true;
    if (depth >= 4) return false;
    const nested = runsOthers(command) ? command.filter((word) => /\s/.test(word)) : [];
    const substituted = words.flatMap((word) => word.split(/\$\(|`|[<>]\(/).slice(1));
    return [...nested, ...substituted].some((inner) => inner !== text && touches(pattern, inner, depth + 1));
  });
}

function named(pattern: Pattern, words: readonly string[]): boolean {
  const [program, ...rest] = words;
  if (program === undefined) return false;
  const name = baseName(program);
  const given = name === "git" ? withoutGitOptions(rest) : rest;
  return pattern.matches([name, ...given].join(" ")) || pattern.matches([name, ...rest].join(" "));
}

function withoutGitOptions(words: readonly string[]): readonly string[] {
  let at = 0;
  for (let word = words[at]; word?.startsWith("-"); word = words[at]) {
    at += /^(?:-C|-c|--git-dir|--work-tree|--namespace|--exec-path|--config-env)$/.test(word) ? 2 : 1;
  }
  return words.slice(at);
}

/**
 * What a deny or ask rule about files means for commands: a command that names such a file is covered too, and one
 * whose files are not known until it runs asks.
 */
export function fileCommandRules(verdict: Verdict, spec: string, source: string, place: RulePlace): Rule[] {
  const covers = pathMatcher(spec, verdict, place);
  if (!covers) return [];
  const names = (word: string): boolean =>
    [word, word.slice(word.indexOf("=") + 1)].some((path) => path !== "" && covers(resolve(path, place)));
  return [
    {
      verdict,
      kind: "execute",
      source,
      matches: (text) => {
        const { commands, redirects } = readShell(withHome(text, place));
        return (
          redirects.some(names) ||
          commands.some((words) => !TEXT_ONLY.has(words[0] ?? "") && words.slice(1).some(names))
        );
      },
    },
    {
      verdict: "ask",
      kind: "execute",
      source: `${source} (cannot be ruled out)`,
      matches: (text) => {
        const shell = readShell(withHome(text, place));
        return isUnclear(shell) || shell.commands.some((words) => words[0] === "cd" || words[0] === "pushd");
      },
    },
  ];
}

const withHome = (text: string, place: RulePlace): string =>
  text.replaceAll(/\$(?:HOME\b|\{HOME\})/g, () => place.home);

function resolve(word: string, place: RulePlace): string {
  const user = place.paths.basename(place.home);
  const home = word === `~${user}` || word.startsWith(`~${user}/`) ? `~${word.slice(user.length + 1)}` : word;
  const path = home === "~" || home.startsWith("~/") ? place.home + home.slice(1) : home;
  return place.paths.resolve(place.cwd, path);
}
