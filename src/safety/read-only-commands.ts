import { readAt } from "./command-rules.ts";
import { isTextOnly, pathsOf } from "./file-command-rules.ts";
import { isInRoots, type RulePlace } from "./path-patterns.ts";
import { isSecret } from "./protected-files.ts";
import { shellRisk } from "./shell/late.ts";
import type { ReadCommand } from "./shell/reading.ts";
import { baseName } from "./shell-wrappers.ts";

/** With one of these options they go through the links that they find in folders. */
const FOLLOWS: ReadonlyMap<string, RegExp> = new Map([
  ["grep", /^-[A-Za-z]*R|^--deref/],
  ["egrep", /^-[A-Za-z]*R|^--deref/],
  ["fgrep", /^-[A-Za-z]*R|^--deref/],
  ["rg", /^-[A-Za-z]*L|^--follow/],
  ["fd", /^-[A-Za-z]*L|^--follow/],
  ["find", /^-(?:L|H|follow)/],
  ["tree", /^-[A-Za-z]*l/],
  ["ls", /^-[A-Za-z]*[LH]|^--deref/],
  ["du", /^-[A-Za-z]*[LHD]|^--deref/],
  ["diff", /^-[A-Za-z]*r|^--recursive/],
]);
/** What they read is only known when they run. */
const INDIRECT = new Set(["xargs", "parallel"]);

/**
 * Whether a command may run without a question: its text proves that it only reads (`shellRisk`), and what the text cannot
 * tell, where the files lead that it names, was looked up. What may lead anywhere else asks. False until what reads shell
 * text is loaded, and in other shells than bash.
 */
export function isReadOnlyCommand(text: string, place: RulePlace): boolean {
  const { cwd, home, roots } = place;
  if (!cwd.startsWith("/") || !isInRoots(place, cwd)) return false;
  const { risk, readOnly } = shellRisk({ cmd: text, cwd, home, roots });
  if (risk !== "low" || !readOnly) return false;
  const { commands, isReadable, isOdd } = readAt(text, place);
  return isReadable && !isOdd && commands.every((command) => staysInside(command, place));
}

function staysInside(command: ReadCommand, place: RulePlace): boolean {
  const { words, redirects, cwds } = command;
  const [name, ...rest] = words;
  if (!cwds) return false;
  const program = baseName(name?.value ?? "");
  const named = isTextOnly(program) ? redirects.flatMap((redirect) => redirect.words) : words;
  if (INDIRECT.has(program) || named.some(({ isLiteral, isGlob }) => !isLiteral || isGlob)) return false;
  const options = rest.map(({ value }) => value).filter((value) => value.startsWith("-"));
  if (options.some((option) => FOLLOWS.get(program)?.test(option))) return false;
  return pathsOf(command, place).every((path) => {
    if (place.isLooked && !place.isLooked(path)) return false;
    const real = place.real?.(path);
    return real === undefined || (isInRoots(place, real) && !isSecret(real));
  });
}
