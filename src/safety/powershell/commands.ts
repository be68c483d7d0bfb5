import type { PathUse } from "../shell/paths.ts";
import { UNKNOWN } from "../shell/word.ts";
import { canonicalName } from "./aliases.ts";
import { type Call, CMDLETS, type Cmdlet, parametersFor } from "./cmdlet.ts";
import { judgeFed } from "./fed.ts";
import type { PowershellJudge } from "./judge.ts";
import { bind, type Given, type Use } from "./parameters.ts";
import { placeOf } from "./places.ts";
import { judgeProgram } from "./programs.ts";
import type { Command, Element } from "./skeleton.ts";
import { judgeSpecial } from "./special-cmdlets.ts";

/** Properties that `ForEach-Object Name` may show; every other name may be a method. */
const PROPERTIES =
  /^(?:name|fullname|length|basename|extension|directory|directoryname|lastwritetime|creationtime|lastaccesstime|mode|attributes|exists|root|parent|count|value|key|keys|values|id|processname|cpu|ws|handles|line|linenumber|path|filename|pattern|matches|version|source|definition|status|displayname|property|hash|provider|psiscontainer|pschildname|pspath|target|linktype|year|month|day|message|sum|average|maximum|minimum|group)$/i;

/** Judges one command: what it is, and what each of its arguments means to it. */
export function judgeCommand(
  command: Command,
  blocks: readonly (() => void)[],
  before: readonly Command[],
  judge: PowershellJudge,
): void {
  const { name: written, operator } = command;
  if (!written) return;
  for (const element of [written, ...command.elements]) variablesOf(element, judge);
  if (written.kind === "block") return callBlock(command, blocks, judge);
  const at = judge.wordOf(written);
  const name = canonicalName(at.value);
  const call: Call = { name, command, blocks, before, at };
  const cmdlet = CMDLETS.get(name);
  const isClear = at.isLiteral && at.value !== "" && (cmdlet !== undefined || !/[*?[\]]/.test(at.value));
  if (!isClear) judge.note("high", "the name of the command is only known when it runs", at);
  if (isClear && cmdlet) return judgeCmdlet(call, cmdlet, judge);
  if (operator === ".") judge.note("high", "runs a file in this very shell", at);
  allBlocks(call, judge);
  if (isClear) judgeProgram(call, judge);
}

/** `& { ls }` runs what stands in it. */
function callBlock(command: Command, blocks: readonly (() => void)[], judge: PowershellJudge): void {
  if (command.operator === "") judge.note("high", "a block of code that something else may run", command);
  if (command.elements.length > 0) judge.note("high", "passes arguments to a block of code", command);
  for (const walk of blocks) judge.block(walk);
}

export function variablesOf({ parts }: Element, judge: PowershellJudge): void {
  for (const part of parts) if (part.kind === "variable") judge.variable(part.name, part);
}

/** Blocks nobody knows the purpose of: what stands in them is judged, and that they are there. */
function allBlocks({ command, blocks }: Call, judge: PowershellJudge): void {
  for (const [index, element] of command.elements.filter(({ kind }) => kind === "block").entries()) {
    judge.note("high", "a block of code that something else may run", element);
    const walk = blocks[index];
    if (walk) judge.block(walk);
  }
}

function judgeCmdlet(call: Call, cmdlet: Cmdlet, judge: PowershellJudge): void {
  const { command, name, at } = call;
  const given = bind(command.elements, parametersFor(cmdlet));
  if (cmdlet.family === "looks") judge.note("medium", "looks at more than the workspace", at, "reads");
  if (cmdlet.family === "changes" && !/^(?:set|push|pop)-location$/.test(name))
    judge.note("medium", name === "remove-item" ? "deletes files" : "changes files", at);
  for (const one of given) judgeGiven(one, call, judge);
  judgeSpecial(call, given, judge);
  if (command.isFed) judgeFed(call, given, judge);
}

function judgeGiven({ parameter, at, values }: Given, call: Call, judge: PowershellJudge): void {
  const isMember = call.name === "foreach-object" && parameter?.name === "membername";
  const isUnsure = !parameter || parameter.use === "!";
  if (isUnsure && !isMember) {
    const shown = judge.wordOf(at).value.replaceAll(UNKNOWN, "…");
    judge.note("high", `${shown} is no argument that is known to be harmless`, at);
  }
  const use = isUnsure ? "t" : parameter.use;
  for (const value of values) judgeValue(value, isMember ? "b" : use, call, judge);
}

const PATHS: ReadonlyMap<Use, PathUse> = new Map([
  ["r", "read"],
  ["l", "list"],
  ["w", "write"],
  ["d", "delete"],
]);

function judgeValue(value: Element, use: Use, call: Call, judge: PowershellJudge): void {
  if (value.kind === "block") return judgeBlock(value, use, call, judge);
  const word = judge.wordOf(value);
  if (use === "b" && call.name === "foreach-object" && !PROPERTIES.test(word.value))
    judge.note("high", "may call a method, which could do anything", word);
  // A splatted table may give any parameter.
  if (word.value === UNKNOWN && /^@\w/.test(judge.findings.textAt(word)))
    judge.note("high", "gives arguments that are only known when it runs", word);
  const path = PATHS.get(use);
  if (path) judge.path(word, path);
  else if (use === "n" && placeOf(word.value).path === undefined) judge.path(word, "list");
}

function judgeBlock(value: Element, use: Use, { name, command, blocks }: Call, judge: PowershellJudge): void {
  const index = command.elements.filter(({ kind }) => kind === "block").indexOf(value);
  if (use !== "b") judge.note("high", "a block of code that something else may run", value);
  const walk = blocks[index];
  if (walk && /^(?:foreach-object|measure-command)$/.test(name)) judge.block(walk);
  else if (walk) judge.computing(value, walk);
}

/** Whether the command computes columns by blocks in a table: `@{n = 'KB'; e = { $_.Length / 1KB }}`. */
export const calculates = ({ name }: Command, judge: PowershellJudge): boolean =>
  name !== undefined &&
  /^(?:select|sort|group|measure|compare)-object$|^format-(?:table|list|wide|custom)$|^convertto-html$/.test(
    canonicalName(judge.wordOf(name).value),
  );
