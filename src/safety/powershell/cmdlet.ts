import type { ShellWord } from "../shell/word.ts";
import { type CmdletTable, MACHINE, READERS, WRITERS } from "./cmdlets.ts";
import { type Given, type Parameters, parametersOf } from "./parameters.ts";
import type { Command, Element } from "./skeleton.ts";

type Family = "reads" | "looks" | "changes";

export interface Cmdlet {
  readonly family: Family;
  readonly parameters: string;
}

export const CMDLETS: ReadonlyMap<string, Cmdlet> = new Map(
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

export function parametersFor({ parameters }: Cmdlet): Parameters {
  const known = parsed.get(parameters);
  if (known) return known;
  const read = parametersOf(parameters);
  parsed.set(parameters, read);
  return read;
}

/** One command as it is called, with what its judge may ask about. */
export interface Call {
  readonly name: string;
  readonly command: Command;
  readonly blocks: readonly (() => void)[];
  readonly before: readonly Command[];
  readonly at: ShellWord;
}

export const has = (given: readonly Given[], name: string): Given | undefined =>
  given.find(({ parameter }) => parameter?.name === name);

export const valuesOf = (given: readonly Given[], ...names: string[]): Element[] =>
  given
    .filter(({ parameter }) => parameter && names.includes(parameter.name))
    .flatMap(({ values }) => values);
