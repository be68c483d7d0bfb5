import { isRebuilt, resolveFrom } from "../shell/paths.ts";
import { type ShellWord, UNKNOWN } from "../shell/word.ts";
import { type Call, has, valuesOf } from "./cmdlet.ts";
import type { PowershellJudge } from "./judge.ts";
import type { Given } from "./parameters.ts";
import { placeOf } from "./places.ts";

type Special = (call: Call, given: readonly Given[], judge: PowershellJudge) => void;

const goes: Special = ({ name, at }, given, judge) => {
  const [target] = valuesOf(given, "path", "literalpath");
  if (name === "pop-location" || has(given, "stackname")) return judge.enter(undefined);
  if (!target) return name === "set-location" ? judge.goTo({ ...at, value: "~" }) : undefined;
  const word = judge.wordOf(target);
  judge.path(word, "list");
  return judge.goTo(word);
};

/** What certain commands mean beyond their parameters. */
const SPECIAL: ReadonlyMap<string, Special> = new Map<string, Special>([
  ["set-location", goes],
  ["push-location", goes],
  ["pop-location", goes],
  ["remove-item", removes],
  ["new-item", (_call, given, judge) => makes(given, judge)],
  ["rename-item", (_call, given, judge) => renames(given, judge)],
  // What is moved can be read where it is then.
  ["move-item", (_call, given, judge) => eachPath(given, judge, "read")],
  ["invoke-pester", (_call, given, judge) => eachPath(given, judge, "run")],
  [
    "get-content",
    ({ at }, given, judge) => {
      if (has(given, "wait")) judge.note("medium", "does not end by itself", at, "reads");
    },
  ],
  [
    "expand-archive",
    ({ at }, given, judge) => {
      if (!has(given, "destinationpath")) judge.path({ ...at, value: "." }, "write");
    },
  ],
  [
    "get-ciminstance",
    (_call, given, judge) => {
      for (const value of valuesOf(given, "classname")) asks(judge.wordOf(value), judge);
    },
  ],
]);

export const judgeSpecial: Special = (call, given, judge) => SPECIAL.get(call.name)?.(call, given, judge);

function eachPath(given: readonly Given[], judge: PowershellJudge, use: "read" | "run"): void {
  for (const value of valuesOf(given, "path", "literalpath")) judge.path(judge.wordOf(value), use);
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

function renames(given: readonly Given[], judge: PowershellJudge): void {
  const [target] = valuesOf(given, "path", "literalpath");
  const folder = (target ? judge.wordOf(target).value : "").replace(/[^\\/]*$/, "");
  for (const value of valuesOf(given, "newname")) {
    const word = judge.wordOf(value);
    if (value.kind === "block" || word.value.includes(UNKNOWN))
      judge.note("high", "a name that is only known when it runs", value);
    else judge.path({ ...word, value: folder + word.value }, "write");
  }
}
