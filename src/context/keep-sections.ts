const HEADING = /^ {0,3}(#{1,6})\s/;
const MARKED = /<!--\s*keep\s*-->\s*#*\s*$/i;
const FENCE = /^ {0,3}(?:`{3,}|~{3,})/;

/**
 * Sections of instructions that must never be summarised, by their headings: those whose heading ends with
 * `<!-- keep -->`, each up to the next heading of its level or above. In fenced code nothing is a heading.
 */
export function keepSections(text: string): ReadonlyMap<string, string> {
  const sections = new Map<string, string[]>();
  let open: { lines: string[]; level: number } | undefined;
  let isCode = false;
  for (const line of text.split("\n")) {
    if (FENCE.test(line)) isCode = !isCode;
    const level = isCode ? 0 : (HEADING.exec(line)?.[1]?.length ?? 0);
    if (open && level > 0 && level <= open.level) open = undefined;
    if (!open && level > 0 && MARKED.test(line)) {
      open = { lines: [], level };
      sections.set(line.trim(), open.lines);
    }
    open?.lines.push(line);
  }
  return new Map([...sections].map(([heading, lines]) => [heading, lines.join("\n").trimEnd()]));
}
