import type TurndownService from "turndown";

/** The plugin's own tables need `table.rows`, which this DOM does not have, and fall back to markup. */
export function tables(service: TurndownService): void {
  const known = new WeakMap<Element, boolean>();
  // A table in a table is there for the layout: its cells are paragraphs. Asked per cell, so answered once.
  const isLayout = (node: TurndownService.Node): boolean => {
    const table = "closest" in node ? node.closest("table") : null;
    if (table === null) return true;
    const found = known.get(table) ?? table.querySelector("table") !== null;
    known.set(table, found);
    return found;
  };
  service.addRule("cell", {
    filter: ["td", "th"],
    replacement: (content, cell) =>
      isLayout(cell)
        ? `\n\n${content}\n\n`
        : ` ${content
            .split("\n")
            .map((line) => line.trim())
            .filter((line) => line !== "")
            .join(" ")
            .replaceAll("|", "\\|")} |`,
  });
  service.addRule("row", {
    filter: "tr",
    replacement: (content, row) => (isLayout(row) ? content : `\n|${content.trimEnd()}\n`),
  });
  service.addRule("caption", { filter: "caption", replacement: (content) => `${content}\n` });
  service.addRule("section", { filter: ["thead", "tbody", "tfoot"], replacement: (content) => content });
  service.addRule("table", {
    filter: "table",
    replacement: (content, table) => `\n\n${isLayout(table) ? content : withRule(content)}\n\n`,
  });
}

/** Markdown needs a line below the first row; what is no row, e.g. a caption, stands above. */
function withRule(content: string): string {
  const lines = content.split("\n").filter((line) => line.trim() !== "");
  const rows = lines.filter((line) => line.startsWith("|"));
  const caption = lines.filter((line) => !line.startsWith("|"));
  if (rows.length === 0) return caption.join("\n");
  const columns = Math.max(1, (rows[0] ?? "").split(/(?<!\\)\|/).length - 2);
  return [...caption, ...rows.toSpliced(1, 0, `|${" --- |".repeat(columns)}`)].join("\n");
}
