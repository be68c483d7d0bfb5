import type { ShellWord } from "../shell/word.ts";
import { canonicalName } from "./aliases.ts";
import { type Call, CMDLETS, parametersFor, valuesOf } from "./cmdlet.ts";
import type { PowershellJudge } from "./judge.ts";
import { bind, type Given, type Use } from "./parameters.ts";
import type { Command } from "./skeleton.ts";

/** What comes out of a pipe may be files, and then they are read or changed. */
export function judgeFed(call: Call, given: readonly Given[], judge: PowershellJudge): void {
  if (valuesOf(given, "path", "literalpath", "filepath").length > 0) return;
  const use = usedAs(call.name);
  const sources = call.before.flatMap((command) => pathsGiven(command, judge));
  if (use === "l") judge.note("medium", "looks at what is only known when it runs", call.at, "reads");
  else if (use === "r") readsFed(call, sources, judge);
  // What they write is text; the file is named.
  else if ((use === "w" || use === "d") && !/^(?:set|add)-content$/.test(call.name)) {
    if (sources.length === 0) judge.note("high", "changes what is only known when it runs", call.at);
    for (const word of sources) judge.path(word, use === "w" ? "write" : "delete");
  }
}

/** What the command does to files that come out of a pipe. */
function usedAs(name: string): Use | undefined {
  const cmdlet = CMDLETS.get(name);
  if (!cmdlet) return undefined;
  return [...parametersFor(cmdlet).values()].find((parameter) =>
    /^(?:path|literalpath)$/.test(parameter.name),
  )?.use;
}

function readsFed({ name, at, before }: Call, sources: readonly ShellWord[], judge: PowershellJudge): void {
  for (const word of sources) judge.path(word, "read");
  // Text is searched as text.
  const isText = name === "select-string" && before.every((command) => !isLister(command, judge));
  if (!isText) judge.readBlindly(at);
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
