import type { Rule, Verdict } from "../core/access.ts";
import { climbsBack } from "./climbs-back.ts";
import { isUnclear, readAt } from "./command-rules.ts";
import { globMatcher, pathMatcher, type RulePlace } from "./path-patterns.ts";
import type { ReadCommand } from "./shell/reading.ts";
import type { ShellWord } from "./shell/word.ts";
import { baseName } from "./shell-wrappers.ts";

/** Their words are text, not files. */
const TEXT_ONLY = new Set(["echo", "printf", "true", "false", ":", "write-output", "write-host"]);
/** They only read the files they name. */
const READERS = new Set(
  "cat tac head tail less more nl wc grep egrep fgrep rg ls stat file diff cmp comm od strings md5sum sha1sum sha256sum cut paste tree du jq cd pushd test [ get-content get-childitem get-item test-path select-string resolve-path set-location push-location get-filehash format-hex".split(
    " ",
  ),
);
/** They read all files but the last one. */
const COPIERS = new Set(["cp", "install", "ln", "rsync", "scp", "copy-item"]);

/**
 * What a deny or ask rule about files means for commands: a command that names such a file is covered too, and one
 * whose files are not known until it runs asks. `writesOnly` leaves out what is merely read.
 */
export function fileCommandRules(
  verdict: Verdict,
  spec: string,
  source: string,
  place: RulePlace,
  writesOnly = false,
): Rule[] {
  const covers = pathMatcher(spec, verdict, place);
  const meets = globMatcher(spec, verdict, place);
  if (!covers || !meets) return [];
  const isCovered = (path: string, isGlob: boolean): boolean =>
    isGlob ? meets(path) : [path, place.real?.(path) ?? path].some(covers);
  const names = (word: ShellWord, { cwds }: ReadCommand): boolean =>
    spellings(word.value, place).some((spelled) =>
      (cwds ?? [place.cwd]).some((cwd) => isCovered(place.paths.resolve(cwd, spelled), word.isGlob)),
    );
  const matches = (text: string): boolean =>
    readAt(text, place).commands.some((command) =>
      filesOf(command, writesOnly).some((word) => names(word, command)),
    );
  const doubt = (text: string): boolean => {
    const reading = readAt(text, place);
    return (
      isUnclear(reading) ||
      reading.commands.some((command) => !command.cwds && hasFiles(command, writesOnly)) ||
      reading.commands.some((command) => filesOf(command, writesOnly).some(({ value }) => climbsBack(value)))
    );
  };
  return [
    { verdict, kind: "execute", source, matches },
    { verdict: "ask", kind: "execute", source: `${source} (cannot be ruled out)`, matches: doubt },
  ];
}

/** Absolute paths of the files a text may name, without those that are only known when it runs. */
export const filesNamedBy = (text: string, place: RulePlace): string[] =>
  readAt(text, place).commands.flatMap((command) => pathsOf(command, place));

/** The same of one command. What stands behind `=` in an option may be a file as well. */
export const pathsOf = (command: ReadCommand, place: RulePlace): string[] =>
  filesOf(command, false)
    .filter(({ value, isGlob }) => !isGlob && !value.includes("\0"))
    .map(({ value }) => (value.startsWith("-") ? value.replace(/^[^=]*=?/, "") : value))
    .flatMap((value) => spellings(value, place))
    .flatMap((spelled) => (command.cwds ?? []).map((cwd) => place.paths.resolve(cwd, spelled)));

const hasFiles = (command: ReadCommand, writesOnly: boolean): boolean =>
  filesOf(command, writesOnly).some(({ value }) => !/^[/-]/.test(value));

/** Words of a command that may be files: redirections and operands, also behind `=`. */
function filesOf({ words, redirects }: ReadCommand, writesOnly: boolean): ShellWord[] {
  const fromRedirects = redirects
    .filter(({ operator }) => !writesOnly || operator !== "<")
    .flatMap((redirect) => redirect.words);
  const [name, ...operands] = words;
  const program = baseName(name?.value ?? "");
  if (TEXT_ONLY.has(program) || (writesOnly && READERS.has(program))) return fromRedirects;
  const hasTarget = operands.some(({ value }) =>
    /^(?:-t|--target-directory|-(?:path|literalpath|destination)$)/i.test(value),
  );
  const written = writesOnly && COPIERS.has(program) && !hasTarget ? operands.slice(-1) : operands;
  return [...fromRedirects, ...written];
}

function spellings(word: string, place: RulePlace): string[] {
  const after = word.slice(word.indexOf("=") + 1);
  return [...new Set([word, after])].filter((path) => path !== "").map((path) => withHome(path, place));
}

const withHome = (path: string, { home }: RulePlace): string =>
  path === "~" || /^~[\\/]/.test(path) ? home + path.slice(1) : path;
