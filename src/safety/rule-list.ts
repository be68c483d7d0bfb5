/**
 * Splits rules at commas and blanks outside parentheses: `Bash(git log *), Read` is two rules. Undefined when a
 * parenthesis is missing or stands alone: guessing where the rule ends could turn it into a wider one (`Bash`).
 */
export function splitRules(list: string): string[] | undefined {
  const rules: string[] = [];
  let at = 0;
  while (at < list.length) {
    if (isSeparator(list[at])) {
      at += 1;
      continue;
    }
    const end = endOfRule(list, at);
    if (end === undefined) return undefined;
    rules.push(list.slice(at, end));
    at = end;
  }
  return rules;
}

const isSeparator = (char: string | undefined): boolean => char === undefined || /[\s,]/.test(char);

function endOfRule(list: string, from: number): number | undefined {
  const name = /^[^\s,()]+/.exec(list.slice(from))?.[0];
  if (name === undefined) return undefined;
  const open = from + name.length;
  if (isSeparator(list[open])) return open;
  if (list[open] !== "(") return undefined;
  const rest = list.slice(open);
  // Quotes hide parentheses from a shell, but paths and prose have lone apostrophes and backslashes.
  const length = lengthInParentheses(rest.replaceAll(QUOTED, hide)) ?? lengthInParentheses(rest);
  return length === undefined ? undefined : open + length;
}

const QUOTED = /\\.|'[^']*'|"(?:\\.|[^"\\])*"/gs;
const hide = (quoted: string): string => "_".repeat(quoted.length);

/** Up to and with the parenthesis that closes the first one; undefined when a rule cannot end there. */
function lengthInParentheses(text: string): number | undefined {
  let depth = 0;
  for (let at = 0; at < text.length; at += 1) {
    if (text[at] === "(") depth += 1;
    else if (text[at] === ")") depth -= 1;
    if (depth === 0) return isSeparator(text[at + 1]) ? at + 1 : undefined;
  }
  return undefined;
}
