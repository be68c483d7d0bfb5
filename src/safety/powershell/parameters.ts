import { DASHES } from "./characters.ts";
import type { Element } from "./skeleton.ts";
import { hasDash } from "./skeleton.ts";

/**
 * What the value of a parameter is: `s` none (a switch), `t` text, `r` a path that is read, `l` one that is listed, `n` one
 * that is only spelled, `w` one that is written, `d` one that is deleted, `b` a block that runs or a text, `!` anything: not judged.
 */
export type Use = "s" | "t" | "r" | "l" | "n" | "w" | "d" | "b" | "!";

interface Parameter {
  readonly name: string;
  readonly use: Use;
  /** Its place among arguments without a name; `*` takes all that are left. */
  readonly position: number | "*" | undefined;
}

export interface Given {
  /** The parameter in lower case; undefined for one that is not known. */
  readonly parameter: Parameter | undefined;
  readonly at: Element;
  readonly values: readonly Element[];
}

/** The parameters of one command, by name and by other names. */
export type Parameters = ReadonlyMap<string, Parameter>;

/** What every command takes. Those that write to a variable could set one that decides what happens next. */
const COMMON =
  "Verbose/vb Debug/db ErrorAction/ea=t WarningAction/wa=t InformationAction/infa=t ProgressAction/proga=t OutBuffer/ob=t OutVariable/ov=! ErrorVariable/ev=! WarningVariable/wv=! InformationVariable/iv=! PipelineVariable/pv=! WhatIf/wi Confirm/cf UseTransaction/usetx=!";

/** Reads a list of parameters: `Name/alias` a switch, `Name=l0` a path that is listed and comes first, `=t*` all the rest. */
export function parametersOf(text: string): Parameters {
  const found = new Map<string, Parameter>();
  for (const entry of `${text} ${COMMON}`.trim().split(/\s+/)) {
    const [, names = "", use = "s", place] = /^([\w/]+)(?:=([tlrnwdb!])(\d|\*)?)?$/.exec(entry) ?? [];
    const [name = "", ...others] = names.toLowerCase().split("/");
    const position = place === "*" ? "*" : place === undefined ? undefined : Number(place);
    const parameter: Parameter = { name, use: toUse(use), position };
    for (const one of [name, ...others]) if (!found.has(one)) found.set(one, parameter);
  }
  return found;
}

const USES: readonly Use[] = ["s", "t", "r", "l", "n", "w", "d", "b", "!"];
const toUse = (text: string): Use => USES.find((use) => use === text) ?? "!";

/** The parameter a name means: itself, or the only one that begins with it. */
function named(name: string, parameters: Parameters): Parameter | undefined {
  const exact = parameters.get(name);
  if (exact) return exact;
  const begun = new Set([...parameters].filter(([full]) => full.startsWith(name)).map(([, found]) => found));
  const [only] = begun;
  return begun.size === 1 ? only : undefined;
}

interface Written {
  readonly name: string;
  readonly hasColon: boolean;
  readonly rest: Element | undefined;
}

const NOWHERE: Element = {
  kind: "word",
  parts: [],
  isBare: true,
  isJoined: false,
  isApart: true,
  start: 0,
  end: 0,
};

/** The text of an element that is a parameter, without its dash; `value` is what follows a colon in the same word. */
export function asParameter(element: Element): Written | undefined {
  const [first, ...others] = element.parts;
  if (element.kind !== "word" && element.kind !== "value") return undefined;
  if (!hasDash(element) || first?.kind !== "text") return undefined;
  const text = first.text.slice(1);
  // A lone dash and a number are values; what begins with two dashes is one name.
  if (text === "" && others.length === 0) return undefined;
  if (/^[\d.]/.test(text)) return undefined;
  const colon = text.indexOf(":");
  if (colon < 0)
    return { name: others.length === 0 ? text.toLowerCase() : "\0", hasColon: false, rest: undefined };
  const behind = text.slice(colon + 1);
  const parts = [...(behind === "" ? [] : [{ ...first, text: behind }]), ...others];
  const start = element.start + colon + 2;
  return {
    name: text.slice(0, colon).toLowerCase(),
    hasColon: true,
    rest: parts.length === 0 ? undefined : { ...element, kind: element.kind, parts, isBare: false, start },
  };
}

/** Gives each argument to its parameter, as PowerShell would. Arguments nobody takes come with no parameter. */
export function bind(elements: readonly Element[], parameters: Parameters): Given[] {
  const given: Given[] = [];
  const free: Element[][] = [];
  const lists = listsOf(elements);
  let isLiteral = false;
  for (let list = lists.shift(); list; list = lists.shift()) {
    const [element] = list;
    const written = isLiteral || !element ? undefined : asParameter(element);
    if (!isLiteral && element && isEndOfParameters(element)) isLiteral = true;
    else if (written) given.push(bindNamed(written, list, lists, parameters));
    else free.push(list);
  }
  place(free, given, parameters);
  return given;
}

/** A parameter with its value, which is taken from `lists` where it is the next argument. */
function bindNamed(
  written: Written,
  list: readonly Element[],
  lists: Element[][],
  parameters: Parameters,
): Given {
  const [at = NOWHERE, ...others] = list;
  // A name that a comma joins to something is no name.
  const isName = written.rest !== undefined || others.length === 0;
  const parameter = isName ? named(written.name, parameters) : undefined;
  const values = written.rest ? [written.rest, ...others] : others;
  if (values.length === 0 && takesNext(written, parameter, lists[0])) values.push(...(lists.shift() ?? []));
  return { parameter, at, values };
}

/** Elements that commas join are one argument. */
function listsOf(elements: readonly Element[]): Element[][] {
  const lists: Element[][] = [];
  for (const element of elements) {
    const last = lists.at(-1);
    if (element.isJoined && last) last.push(element);
    else lists.push([element]);
  }
  return lists;
}

/** Whether what follows is the value of a parameter: always behind a colon, otherwise if it takes one and gets one. */
function takesNext(
  { hasColon }: Written,
  parameter: Parameter | undefined,
  next: readonly Element[] | undefined,
): boolean {
  const [element] = next ?? [];
  if (!element) return false;
  return hasColon || (parameter !== undefined && parameter.use !== "s" && !asParameter(element));
}

const isEndOfParameters = ({ parts, isBare }: Element): boolean => {
  const [only] = parts;
  return (
    isBare &&
    parts.length === 1 &&
    only?.kind === "text" &&
    only.text.length === 2 &&
    [...only.text].every((char) => DASHES.includes(char))
  );
};

function place(free: readonly Element[][], given: Given[], parameters: Parameters): void {
  const taken = new Set(given.map(({ parameter }) => parameter));
  const all = [...new Set(parameters.values())].filter((one) => !taken.has(one));
  const ordered = all
    .filter((one) => typeof one.position === "number")
    .toSorted((a, b) => Number(a.position) - Number(b.position));
  const rest = all.find(({ position }) => position === "*");
  for (const values of free) {
    const [at] = values;
    // Several may share a place: the first that is free stands for all of them, see the tables.
    const parameter = ordered.shift() ?? rest;
    if (at) given.push({ parameter, at, values });
  }
}
