import type { HereString, Redirect } from "unbash";
import type { Context } from "./context.ts";
import type { ShellWord } from "./word.ts";

/** Judges where a redirection reads from or writes to. Joining and closing descriptors is nothing. */
export function redirection(
  redirect: Redirect | HereString,
  words: readonly ShellWord[],
  context: Context,
): void {
  const { operator } = redirect;
  const [target] = words;
  if (operator === "<<<" || !target) return;
  if (words.length > 1) {
    context.note("high", "the target is only known when it runs", target);
    return;
  }
  if (/^[<>]&$/.test(operator) && /^(?:\d+-?|-)$/.test(target.value)) return;
  if (target.isGlob || target.isSplit) context.note("high", "the target is only known when it runs", target);
  if (operator === "<") context.path(target, "read");
  else context.path(target, "write");
}
