/** Elements that nest nothing, or that their successors close. */
const FLAT = new Set(
  "area base br col embed hr img input link meta source track wbr p li dt dd tr td th thead tbody option".split(
    " ",
  ),
);

/** How deep elements are nested, estimated in one pass; never less than in well-formed markup. */
export function nestingDepth(html: string): number {
  let open = 0;
  let deepest = 0;
  for (const [, close, name = "", rest] of html.matchAll(/<(\/?)([a-z][a-z0-9-]*)(?![a-z0-9-])([^<>]*)>/gi)) {
    if (FLAT.has(name.toLowerCase()) || rest?.endsWith("/")) continue;
    open = close === "/" ? Math.max(0, open - 1) : open + 1;
    deepest = Math.max(deepest, open);
  }
  return deepest;
}

/** Reading without a parser, for markup that no parser should be given: one pass, whatever stands there. */
export function stripTags(html: string): string {
  const [before = "", ...pieces] = html.split("<");
  const text = [before];
  let hidden: string | undefined;
  for (const piece of pieces) {
    const [, close, name = ""] = /^(\/?)([a-z][a-z0-9-]*)/i.exec(piece) ?? [];
    const tag = name.toLowerCase();
    if (hidden === undefined && /^(?:script|style)$/.test(tag)) hidden = tag;
    else if (hidden === tag && close === "/") hidden = undefined;
    if (hidden === undefined) text.push(" ", piece.slice(piece.indexOf(">") + 1));
  }
  return text
    .join("")
    .split("\n")
    .map((line) => line.trim().replaceAll(/\s+/g, " "))
    .filter((line) => line !== "")
    .join("\n");
}
