import type { Handler } from "../shell/context.ts";
import { HANDLERS } from "../shell/registry.ts";
import { type ShellWord, UNKNOWN } from "../shell/word.ts";
import { canonicalName } from "./aliases.ts";
import { type Call, CMDLETS } from "./cmdlet.ts";
import type { PowershellJudge } from "./judge.ts";
import { WINDOWS_PROGRAMS } from "./native.ts";
import type { Command } from "./skeleton.ts";

/** Programs that are the same ones on every system. What Windows has under the name of another tool is not among them. */
const FOREIGN = new Set(
  "find sort timeout time date test tree cp mv rm mkdir rmdir cd pushd popd echo printf kill hostname read export eval sh bash zsh dash env xargs command builtin man ps ls dir cat tee type where set".split(
    " ",
  ),
);
/** Programs: the judges of the other house know most of them. */
export function judgeProgram(call: Call, judge: PowershellJudge): void {
  const { name, at, command } = call;
  const args = nativeWords(command, judge);
  if (/[\\/]/.test(name)) return runsFile(call, args, judge);
  const program = name.replace(/\.(?:exe|cmd|bat|com)$/, "");
  const handler = WINDOWS_PROGRAMS.get(program) ?? (FOREIGN.has(program) ? undefined : HANDLERS.get(program));
  if (handler) handle(handler, program, call, args, judge);
  else if (/\.ps1$/.test(name)) judge.note("high", "a script of an unknown place", at);
  else judge.note("high", `${at.value} is not a program whose effects are known`, at);
}

function handle(
  handler: Handler,
  program: string,
  { at, command }: Call,
  args: readonly ShellWord[],
  judge: PowershellJudge,
): void {
  const [only] = args;
  if (args.length === 1 && only && /^--(?:version|help)$/.test(only.value)) return;
  const hasInput = command.isFed || command.redirections.some(({ operator }) => operator === "<");
  handler({ name: program, word: { ...at, value: program }, args, hasInput }, judge);
}

/** A program that is named by its path is code: the project's own, or somebody else's. */
function runsFile({ at, command }: Call, args: readonly ShellWord[], judge: PowershellJudge): void {
  judge.path(at, "run");
  const tool =
    /(?:^|[\\/])(?:node_modules[\\/]\.bin|\.?venv[\\/]scripts)[\\/]([\w-]+)(?:\.(?:exe|cmd|ps1|bat))?$/i.exec(
      at.value,
    )?.[1];
  const handler = tool === undefined ? undefined : HANDLERS.get(tool.toLowerCase());
  if (handler && tool !== undefined)
    return handler({ name: tool.toLowerCase(), word: at, args, hasInput: command.isFed }, judge);
  const base = at.value
    .replace(/^.*[\\/]/, "")
    .replace(/\.(?:exe|cmd|bat|com|ps1)$/i, "")
    .toLowerCase();
  if (
    !/\.ps1$/i.test(at.value) &&
    !/^(?:gradlew|mvnw)$/.test(base) &&
    (HANDLERS.has(base) || CMDLETS.has(canonicalName(base)))
  )
    judge.note("high", `calls itself ${base}, but is another program`, at);
  for (const word of args)
    if (word.value.includes(UNKNOWN)) judge.note("high", "passes what is only known when it runs", word);
}

/** What a program gets. A comma makes several words of one, unless it stands in an option. */
function nativeWords({ elements }: Command, judge: PowershellJudge): ShellWord[] {
  const words: ShellWord[] = [];
  for (const element of elements) {
    const word = judge.nativeWord(judge.wordOf(element));
    const last = words.at(-1);
    if (element.isJoined && last && /^-/.test(last.value)) {
      words[words.length - 1] = { ...last, value: `${last.value},${word.value}`, end: word.end };
      continue;
    }
    // `-m:x` and the like stay one word; so does what stands right behind a word.
    words.push(word);
  }
  return words;
}
