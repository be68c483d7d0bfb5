import { type ShellWord, UNKNOWN } from "../shell/word.ts";
import { DASHES } from "./characters.ts";
import type { Element } from "./skeleton.ts";

/** The value of a variable as far as it is known before the text runs. */
export type KnownVariable = (name: string) => string | undefined;

/** An element as the word a command would get; what is only known when it runs is `UNKNOWN`. */
export function toWord(element: Element, known: KnownVariable): ShellWord {
  const { kind, parts, start, end, isBare } = element;
  let value = "";
  let isGlob = false;
  for (const part of parts) {
    if (part.kind === "code") value += UNKNOWN;
    else if (part.kind === "variable") value += known(part.name) ?? UNKNOWN;
    else {
      value += part.text;
      if (/[*?[]/.test(part.text)) isGlob = true;
    }
  }
  if (kind === "block" || (kind === "value" && value === "")) value = UNKNOWN;
  if (isBare && parts[0]?.kind === "text" && !parts[0].isQuoted && DASHES.includes(value[0] ?? " "))
    value = `-${value.slice(1)}`;
  const isSplit = value === UNKNOWN || kind === "value";
  const isLiteral = kind === "word" && parts.every((part) => part.kind === "text");
  return { value, isGlob, isSplit, isLiteral, start, end };
}
