import { type ShellWord, UNKNOWN } from "../shell/word.ts";
import { type Element, hasDash, type Part } from "./skeleton.ts";

/** The value of a variable as far as it is known before the text runs. */
export type KnownVariable = (name: string) => string | undefined;

/** An element as the word a command would get; what is only known when it runs is `UNKNOWN`. */
export function toWord(element: Element, known: KnownVariable): ShellWord {
  const { kind, parts, start, end } = element;
  const text = kind === "block" ? UNKNOWN : parts.map((part) => textOf(part, known)).join("");
  const value = kind === "value" && text === "" ? UNKNOWN : text;
  return {
    value: hasDash(element) ? `-${value.slice(1)}` : value,
    isGlob: parts.some((part) => part.kind === "text" && /[*?[]/.test(part.text)),
    isSplit: value === UNKNOWN || kind === "value",
    isLiteral: kind === "word" && parts.every((part) => part.kind === "text"),
    start,
    end,
  };
}

function textOf(part: Part, known: KnownVariable): string {
  if (part.kind === "text") return part.text;
  return part.kind === "variable" ? (known(part.name) ?? UNKNOWN) : UNKNOWN;
}
