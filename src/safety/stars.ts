/** Matches texts in which each `*` of the pattern stands for any text; everything else is literal. Linear, so that no rule can stall. */
export function starMatcher(pattern: string): (text: string) => boolean {
  const [first = "", ...rest] = pattern.split("*");
  const last = rest.pop();
  if (last === undefined) return (text) => text === pattern;
  return (text) => {
    const end = text.length - last.length;
    if (!text.startsWith(first) || !text.endsWith(last)) return false;
    let at = first.length;
    for (const part of rest) {
      const found = text.indexOf(part, at);
      if (found < 0) return false;
      at = found + part.length;
    }
    return at <= end;
  };
}

/** The source of a regular expression that takes `text` literally, except that each `*` stands for `star`. */
export const starSource = (text: string, star: string): string =>
  text
    .split("*")
    .map((literal) => literal.replaceAll(/[.*+?^${}()|[\]\\/]/g, "\\$&"))
    .join(star);
