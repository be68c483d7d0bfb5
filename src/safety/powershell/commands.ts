import type { Handler } from "../shell/context.ts";
import { isRebuilt, resolveFrom } from "../shell/paths.ts";
import { HANDLERS } from "../shell/registry.ts";
import { type ShellWord, UNKNOWN } from "../shell/word.ts";
import { canonicalName } from "./aliases.ts";
import { type CmdletTable, MACHINE, READERS, WRITERS } from "./cmdlets.ts";
import type { PowershellJudge } from "./judge.ts";
import { WINDOWS_PROGRAMS } from "./native.ts";
import { bind, type Given, type Parameters, parametersOf, type Use } from "./parameters.ts";
import { placeOf } from "./places.ts";
import type { Command, Element } from "./skeleton.ts";

type Family = "reads" | "looks" | "changes";

interface Cmdlet {
  readonly family: Family;
  readonly parameters: string;
}

const CMDLETS: ReadonlyMap<string, Cmdlet> = new Map(
  (
    [
      [READERS, "reads"],
      [MACHINE, "looks"],
      [WRITERS, "changes"],
    ] satisfies [CmdletTable, Family][]
  ).flatMap(([table, family]) =>
    Object.entries(table).flatMap(([names, parameters]) =>
      names.split(" ").map((name): [string, Cmdlet] => [name, { family, parameters }]),
    ),
  ),
);
/** Whether it is a command of PowerShell that only works on what is here. */
export const isCmdlet = (name: string): boolean => CMDLETS.has(name);

const parsed = new Map<string, Parameters>();

function parametersFor({ parameters }: Cmdlet): Parameters {
  const known = parsed.get(parameters);
  if (known) return known;
  const read = parametersOf(parameters);
  parsed.set(parameters, read);
  return read;
}

/** Programs that are the same ones on every system. What Windows has under the name of another tool is not among them. */
const FOREIGN = new Set(
  "find sort timeout time date test tree cp mv rm mkdir rmdir cd pushd popd echo printf kill hostname read export eval sh bash zsh dash env xargs command builtin man ps ls dir cat tee type where set".split(
    " ",
  ),
);
/** Properties that `ForEach-Object Name` may show; every other name may be a method. */
const PROPERTIES =
  /^(?:name|fullname|length|basename|extension|directory|directoryname|lastwritetime|creationtime|lastaccesstime|mode|attributes|exists|root|parent|count|value|key|keys|values|id|processname|cpu|ws|handles|line|linenumber|path|filename|pattern|matches|version|source|definition|status|displayname|property|hash|provider|psiscontainer|pschildname|pspath|target|linktype|year|month|day|message|sum|average|maximum|minimum|group)$/i;

interface Call {
  readonly name: string;
  readonly command: Command;
  readonly blocks: readonly (() => void)[];
  readonly before: readonly Command[];
  readonly at: ShellWord;
}

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
  if (!at.isLiteral || at.value === "") {
    judge.note("high", "the name of the command is only known when it runs", at);
    return allBlocks(call, judge);
  }
  if (operator === "." && !CMDLETS.has(name)) judge.note("high", "runs a file in this very shell", at);
  if (/[*?[\]]/.test(at.value) && !/^(?:%|\?)$/.test(at.value))
    judge.note("high", "the name of the command is only known when it runs", at);
  const cmdlet = CMDLETS.get(name);
  if (cmdlet) judgeCmdlet(call, cmdlet, judge);
  else judgeProgram(call, judge);
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
  special(call, given, judge);
  if (command.isFed) judgeFed(call, given, judge);
}

function judgeGiven({ parameter, at, values }: Given, call: Call, judge: PowershellJudge): void {
  const word = judge.wordOf(at);
  const isUnsure = !parameter || parameter.use === "!";
  const isMember = call.name === "foreach-object" && parameter?.name === "membername";
  if (isUnsure && !isMember) {
    const text = !parameter
      ? "is no argument that is known to be harmless"
      : `-${parameter.name} may do more than look`;
    judge.note("high", `${word.value.replaceAll(UNKNOWN, "…")} ${parameter ? `(${text})` : text}`, word);
  }
  const use = isUnsure ? "t" : parameter.use;
  for (const value of values) judgeValue(value, isMember ? "b" : use, call, judge);
}

const PATHS = { r: "read", l: "list", w: "write", d: "delete" } as const;

function judgeValue(value: Element, use: Use, call: Call, judge: PowershellJudge): void {
  if (value.kind === "block") {
    const index = call.command.elements.filter(({ kind }) => kind === "block").indexOf(value);
    if (use !== "b") judge.note("high", "a block of code that something else may run", value);
    const walk = call.blocks[index];
    if (walk && /^(?:foreach-object|measure-command)$/.test(call.name)) judge.block(walk);
    else if (walk) judge.computing(value, walk);
    return;
  }
  const word = judge.wordOf(value);
  if (use === "b" && call.name === "foreach-object" && !PROPERTIES.test(word.value))
    judge.note("high", "may call a method, which could do anything", word);
  // A splatted table may give any parameter.
  if (word.value === UNKNOWN && /^@\w/.test(judge.findings.textAt(word)))
    judge.note("high", "gives arguments that are only known when it runs", word);
  if (use === "r" || use === "l" || use === "w" || use === "d") judge.path(word, PATHS[use]);
  else if (use === "n" && placeOf(word.value).path === undefined) judge.path(word, "list");
}

/** Whether the command computes columns by blocks in a table: `@{n = 'KB'; e = { $_.Length / 1KB }}`. */
export const calculates = ({ name }: Command, judge: PowershellJudge): boolean =>
  name !== undefined &&
  /^(?:select|sort|group|measure|compare)-object$|^format-(?:table|list|wide|custom)$|^convertto-html$/.test(
    canonicalName(judge.wordOf(name).value),
  );

const has = (given: readonly Given[], name: string): Given | undefined =>
  given.find(({ parameter }) => parameter?.name === name);

const valuesOf = (given: readonly Given[], ...names: string[]): Element[] =>
  given
    .filter(({ parameter }) => parameter && names.includes(parameter.name))
    .flatMap(({ values }) => values);

function special(call: Call, given: readonly Given[], judge: PowershellJudge): void {
  const { name, at } = call;
  const [target] = valuesOf(given, "path", "literalpath");
  switch (name) {
    case "set-location":
    case "push-location":
      if (has(given, "stackname")) return judge.enter(undefined);
      if (!target && name === "push-location") return undefined;
      if (target) judge.path(judge.wordOf(target), "list");
      return judge.goTo(target ? judge.wordOf(target) : { ...at, value: "~" });
    case "pop-location":
      return judge.enter(undefined);
    case "remove-item":
      return removes(call, given, judge);
    case "new-item":
      return makes(given, judge);
    case "get-content":
      if (has(given, "wait")) judge.note("medium", "does not end by itself", at, "reads");
      return undefined;
    case "expand-archive":
      if (!has(given, "destinationpath")) judge.path({ ...at, value: "." }, "write");
      return undefined;
    case "invoke-pester":
      for (const value of valuesOf(given, "path")) judge.path(judge.wordOf(value), "run");
      return undefined;
    case "rename-item":
      for (const value of valuesOf(given, "newname")) renames(value, target, judge);
      return undefined;
    case "get-ciminstance":
      for (const value of valuesOf(given, "classname")) asks(judge.wordOf(value), judge);
      return undefined;
    case "move-item":
      return leaves(given, judge);
    default:
      return undefined;
  }
}

function removes({ name, at, command }: Call, given: readonly Given[], judge: PowershellJudge): void {
  const isRecursive = has(given, "recurse") !== undefined;
  for (const value of valuesOf(given, "path", "literalpath")) {
    const word = judge.wordOf(value);
    const { path } = placeOf(word.value);
    const places = path === undefined ? undefined : resolveFrom(judge.cwds, path, judge.place.home);
    const isMade = places?.every((place) => isRebuilt(place.replace(judge.place.cwd, ""))) === true;
    if (isRecursive && !isMade) judge.note("high", "deletes a folder with all that is in it", word);
    if (/^(?:[\w.-]*[\\/])*[*.?]*$/.test(word.value) && !isMade)
      judge.note("high", "deletes everything", word);
  }
  if (command.isFed) judge.note("high", `${name} deletes what is only known when it runs`, at);
}

/** Some classes start something when they are asked; these only say what the machine is. */
function asks(word: ShellWord, judge: PowershellJudge): void {
  const isFact =
    /^win32_(?:operatingsystem|processor|logicaldisk|diskdrive|computersystem|bios|physicalmemory|videocontroller|process|service|timezone|networkadapter)$/i;
  if (!isFact.test(word.value))
    judge.note("high", `${word.value} is not a class that is known to be harmless`, word);
}

/** A link leads whoever writes to it to another place. */
function makes(given: readonly Given[], judge: PowershellJudge): void {
  for (const value of valuesOf(given, "itemtype")) {
    const word = judge.wordOf(value);
    if (!/^(?:file|f\w*|directory|d\w*)$/i.test(word.value))
      judge.note("high", "makes something else than a file or folder", word);
  }
  const [folder] = valuesOf(given, "path");
  for (const value of valuesOf(given, "name")) {
    const base = folder ? judge.wordOf(folder).value : ".";
    judge.path({ ...judge.wordOf(value), value: `${base}/${judge.wordOf(value).value}` }, "write");
  }
}

function renames(value: Element, target: Element | undefined, judge: PowershellJudge): void {
  const word = judge.wordOf(value);
  const folder = (target ? judge.wordOf(target).value : "").replace(/[^\\/]*$/, "");
  if (value.kind === "block" || word.value.includes(UNKNOWN))
    judge.note("high", "a name that is only known when it runs", value);
  else judge.path({ ...word, value: folder + word.value }, "write");
}

/** What is moved to a place outside is gone from the workspace, and what is moved in from a secret one is there. */
function leaves(given: readonly Given[], judge: PowershellJudge): void {
  for (const value of valuesOf(given, "path", "literalpath")) judge.path(judge.wordOf(value), "read");
}

/** What comes out of a pipe may be files, and then they are read or changed. */
function judgeFed(call: Call, given: readonly Given[], judge: PowershellJudge): void {
  const { name, at, before } = call;
  if (valuesOf(given, "path", "literalpath", "filepath").length > 0) return;
  const cmdlet = CMDLETS.get(name);
  const uses = cmdlet
    ? [...parametersFor(cmdlet).values()].filter(({ name: one }) => /^(?:path|literalpath)$/.test(one))
    : [];
  const [use] = uses.map((parameter) => parameter.use);
  if (use === undefined || use === "t" || use === "n") return;
  const sources = before.flatMap((command) => pathsGiven(command, judge));
  if (use === "l") return judge.note("medium", "looks at what is only known when it runs", at, "reads");
  if (use === "r") {
    for (const word of sources) judge.path(word, "read");
    if (name === "select-string" && before.every((command) => !isLister(command, judge))) return;
    judge.readBlindly(at);
    return;
  }
  if (name === "set-content" || name === "add-content") return;
  if (sources.length === 0) judge.note("high", "changes what is only known when it runs", at);
  for (const word of sources) judge.path(word, PATHS[use === "w" || use === "d" ? use : "w"]);
}

const isLister = (command: Command, judge: PowershellJudge): boolean =>
  command.name !== undefined &&
  /^(?:get-childitem|get-item|resolve-path|convert-path|write-output|join-path|foreach-object|select-object)$/.test(
    canonicalName(judge.wordOf(command.name).value),
  );

/** The paths that a command before in the pipeline was given: it may hand them on. */
function pathsGiven(command: Command, judge: PowershellJudge): ShellWord[] {
  const name = command.name ? canonicalName(judge.wordOf(command.name).value) : "";
  const cmdlet = CMDLETS.get(name);
  if (!cmdlet) return [];
  return bind(command.elements, parametersFor(cmdlet))
    .filter(({ parameter }) => parameter && /^(?:path|literalpath|filter|include)$/.test(parameter.name))
    .flatMap(({ values }) =>
      values.filter(({ kind }) => kind !== "block").map((value) => judge.wordOf(value)),
    );
}

/** Programs: the judges of the other house know most of them. */
function judgeProgram(call: Call, judge: PowershellJudge): void {
  const { name, at, command } = call;
  allBlocks(call, judge);
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
