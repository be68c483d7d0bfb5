import type { Context } from "./context.ts";
import type { Redirected } from "./scope.ts";

/** True for joining and closing descriptors, which reads and writes nothing. */
export const isDescriptor = ({ operator, words }: Redirected): boolean =>
  /^[<>]&$/.test(operator) && words.length === 1 && /^(?:\d+-?|-)$/.test(words[0]?.value ?? "");

/** Judges where a redirection reads from or writes to. */
export function judgeRedirection(redirected: Redirected, context: Context): void {
  const { operator, words } = redirected;
  const [target] = words;
  if (!target || isDescriptor(redirected)) return;
  if (words.length > 1 || target.isGlob || target.isSplit)
    context.note("high", "the target is only known when it runs", target);
  if (words.length === 1) context.path(target, operator === "<" ? "read" : "write");
}
