const SHAPE = /^([A-Za-z][\w-]*)\((.+)\)$/s;

/**
 * Whether a rule covers nothing that one of those offered would not: the same text, or narrower behind the same words, e.g.
 * `Bash(npm run test -- a)` below `Bash(npm run test *)`. Says no whenever that cannot be seen from the texts.
 */
export const isWithinOffered = (text: string, offered: readonly string[]): boolean =>
  offered.some((whole) => text === whole || isNarrower(text, whole));

function isNarrower(text: string, whole: string): boolean {
  const [, tool, spec = ""] = SHAPE.exec(text) ?? [];
  const [, wholeTool, wholeSpec = ""] = SHAPE.exec(whole) ?? [];
  if (tool === undefined || tool !== wholeTool || spec === "*") return false;
  // `*` in the narrower one stands behind the words of the wider one, so what it stands for does too.
  if (tool === "Bash") {
    const start = wholeSpec.endsWith(" *") ? wholeSpec.slice(0, -1) : undefined;
    return (
      start !== undefined && !start.includes("*") && (spec === start.trimEnd() || spec.startsWith(start))
    );
  }
  if (tool !== "Edit" && tool !== "Read") return false;
  const folder = wholeSpec.endsWith("/**") ? wholeSpec.slice(0, -2) : undefined;
  return folder !== undefined && spec.startsWith(folder) && !/(?:^|\/)\.\.(?:\/|$)/.test(spec);
}
