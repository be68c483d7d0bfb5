import { lendsItself } from "./lent-programs.ts";
import type { ReadCommand } from "./shell/reading.ts";
import type { ShellWord } from "./shell/word.ts";

/** Programs that run what their arguments say: a wildcard never allows them, deny and ask rules look through them. */
const RUNNERS = new Set(
  (
    "env sudo doas su command builtin exec eval source . nohup nice timeout time stdbuf xargs setsid ionice watch flock " +
    "chroot unshare nsenter busybox toybox parallel script strace ltrace sh bash dash zsh ksh fish pwsh powershell cmd " +
    "trap chrt taskset caffeinate unbuffer systemd-run runuser pkexec sg " +
    "invoke-expression invoke-command invoke-item start-process start-job start-threadjob wsl"
  ).split(" "),
);
const FIND_ACTIONS = /^-(?:exec|execdir|ok|okdir|delete|fprint|fprint0|fprintf|fls)$/;

export const baseName = (word: string): string => word.slice(word.lastIndexOf("/") + 1);

const FD_ACTIONS = /^(?:-[a-zA-Z]*[xX]|--exec(?:-batch)?(?:=.*)?)$/;
const SHELLS = /^(?:ba|da|z|k|a)?sh$/;

/** `… | sh`: what a shell runs that is given neither a file nor a text comes from elsewhere. */
export function readsItsScript(words: readonly string[]): boolean {
  const at = words.findIndex((word) => SHELLS.test(baseName(word)));
  if (at < 0 || (at > 0 && !runsOthers(words))) return false;
  return words.slice(at + 1).every((word) => /^-(?!.*c)|^-$/.test(word));
}

/** Whether the command runs another one that its words name. */
export const runsOthers = ([program = "", ...rest]: readonly string[]): boolean =>
  (RUNNERS.has(baseName(program)) && !(program === "command" && /^-[vV]+$/.test(rest[0] ?? ""))) ||
  (/^fd(?:find)?$/.test(baseName(program)) && rest.some((word) => FD_ACTIONS.test(word))) ||
  lendsItself([program, ...rest]) ||
  (/^g?find$/.test(baseName(program)) && rest.some((word) => FIND_ACTIONS.test(word)));

export interface Views {
  /** Everything the words may mean as a command, as text with one blank between words. */
  readonly views: readonly string[];
  /** Words that may be shell text of their own. */
  readonly scripts: readonly string[];
}

/** What a deny or ask rule compares: the command itself, and whatever it may run. */
export function viewsOf(words: readonly string[]): Views {
  if (!runsOthers(words)) return { views: named(words), scripts: [] };
  const starts = words.map((_word, at) => words.slice(at));
  return {
    views: starts.flatMap(named),
    scripts: [...words.filter((word) => /[\s;&|<>$`(]/.test(word)), ...evaluated(words)],
  };
}

/** `eval` joins its words to one text. */
const evaluated = (words: readonly string[]): string[] => {
  const at = words.indexOf("eval");
  return at < 0 ? [] : [words.slice(at + 1).join(" ")];
};

function named([program, ...rest]: readonly string[]): string[] {
  if (program === undefined) return [];
  const name = baseName(program);
  const all = [name, ...rest].join(" ");
  return name === "git" ? [[name, ...withoutGitOptions(rest)].join(" "), all] : [all];
}

function withoutGitOptions(words: readonly string[]): readonly string[] {
  let at = 0;
  for (let word = words[at]; word?.startsWith("-"); word = words[at]) {
    at += /^(?:-C|-c|--git-dir|--work-tree|--namespace|--exec-path|--config-env|--super-prefix)$/.test(word)
      ? 2
      : 1;
  }
  return words.slice(at);
}

/** Options of the wrappers an allow rule looks through, with how many words of their own follow. */
const STRIPPED: Readonly<
  Record<string, { readonly pairs: RegExp; readonly flags: RegExp; readonly operands: number }>
> = {
  timeout: {
    pairs: /^(?:-k|-s|--kill-after|--signal)$/,
    flags: /^(?:-[fpv]|--(?:foreground|preserve-status|verbose)|-[ks].+|--(?:kill-after|signal)=.*)$/,
    operands: 1,
  },
  nice: { pairs: /^(?:-n|--adjustment)$/, flags: /^(?:-n?-?\d+|--adjustment=.*)$/, operands: 0 },
  nohup: { pairs: /^$/, flags: /^$/, operands: 0 },
  stdbuf: { pairs: /^-[ioe]$/, flags: /^(?:-[ioe].+|--(?:input|output|error)=.*)$/, operands: 0 },
  time: { pairs: /^$/, flags: /^-p$/, operands: 0 },
  xargs: { pairs: /^$/, flags: /^$/, operands: 0 },
};

/** The command behind `timeout`, `nice` and the like; the same one when there is none, undefined when it cannot be told. */
export function withoutWrappers({
  words,
  texts,
}: ReadCommand): { words: readonly ShellWord[]; texts: readonly string[] } | undefined {
  // Braces make several words of one, and then the two do not stand side by side.
  if (words.length !== texts.length) return { words, texts };
  let at = 0;
  for (let name = words[at]; name && Object.hasOwn(STRIPPED, name.value); name = words[at]) {
    const next = behind(words, at);
    if (next === undefined || !words[next]?.isLiteral) return undefined;
    at = next;
  }
  return { words: words.slice(at), texts: texts.slice(at) };
}

function behind(words: readonly ShellWord[], from: number): number | undefined {
  const wrapper = STRIPPED[words[from]?.value ?? ""];
  if (!wrapper) return undefined;
  let at = from + 1;
  for (let word = words[at]; word?.value.startsWith("-"); word = words[at]) {
    if (wrapper.pairs.test(word.value)) at += 2;
    else if (wrapper.flags.test(word.value)) at += 1;
    else return undefined;
  }
  const own = words.slice(at, at + wrapper.operands);
  return own.every(({ isLiteral }) => isLiteral) ? at + wrapper.operands : undefined;
}
