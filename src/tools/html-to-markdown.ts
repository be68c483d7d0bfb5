import { highlightedCodeBlock, strikethrough, taskListItems } from "@joplin/turndown-plugin-gfm";
import { Readability } from "@mozilla/readability";
import { parseHTML } from "linkedom";
import TurndownService from "turndown/lib/turndown.browser.cjs.js";

/** Below this share of the page's text the "article" is probably only a part of what the page says. */
const MIN_ARTICLE_SHARE = 0.4;
/** On bigger pages looking for the article takes seconds, in which nothing else runs. */
const MAX_ARTICLE_CHARS = 700_000;
/** As browsers have it. Readers of markup take time and stack that grow much faster than the nesting. */
const MAX_DEPTH = 512;
const UNREADABLE =
  "script, style, noscript, template, svg, canvas, iframe, object, embed, link, meta, dialog";

/** The readable content of a page. Broken and hostile markup is expected; text is returned whatever it is. */
export function htmlToMarkdown(html: string, url: string): string {
  const source = shortenBlanks(html);
  if (depth(source) > MAX_DEPTH) return stripTags(source);
  try {
    return convert(source, url);
  } catch (thrown) {
    // The depth was an estimate, and the readers are recursive.
    if (thrown instanceof RangeError) return stripTags(source);
    throw thrown;
  }
}

function convert(html: string, url: string): string {
  const { document } = parseHTML(complete(html));
  for (const element of document.querySelectorAll(UNREADABLE)) element.remove();
  makeAbsolute(document, url);
  const title = document.title.trim();
  const { body } = document;
  const article = html.length > MAX_ARTICLE_CHARS ? undefined : articleOf(document);
  const content = article ?? body;
  const markdown = converter()
    .turndown(content)
    .replaceAll(/\n{3,}/g, "\n\n")
    .trim();
  return title === "" || markdown.startsWith(`# ${title}`) ? markdown : `# ${title}\n\n${markdown}`;
}

/** Long runs of blanks say nothing, and some of the patterns they meet later look at each of them again and again. */
const shortenBlanks = (html: string): string =>
  html.replaceAll(/\s{100,}/g, (run) => (run.includes("\n") ? "\n\n" : run.slice(0, 100)));

/** This parser adds no tags that the standard lets authors leave out. */
function complete(html: string): string {
  if (/<html[\s>]/i.test(html) && /<body[\s>]/i.test(html)) return html;
  const bare = html.replaceAll(/<!doctype[^<>]*>|<\/?html(?:\s[^<>]*)?>/gi, "");
  return `<html>${/<body[\s>]/i.test(bare) ? bare : `<body>${bare}</body>`}</html>`;
}

/** Links are only of use to the model when they say where they lead; pictures inside the page itself never are. */
function makeAbsolute(document: Document, base: string): void {
  for (const link of document.querySelectorAll("a[href]")) {
    const href = link.getAttribute("href") ?? "";
    if (/^https?:/i.test(absolute(href, base))) link.setAttribute("href", absolute(href, base));
    else link.removeAttribute("href");
  }
  for (const image of document.querySelectorAll("img")) {
    const source = absolute(image.getAttribute("src") ?? "", base);
    if (/^https?:/i.test(source)) image.setAttribute("src", source);
    else image.remove();
  }
}

const absolute = (href: string, base: string): string =>
  URL.canParse(href, base) ? new URL(href, base).href : "";

/** The main part of an article, when there is one and it is most of the page. */
function articleOf(document: Document): HTMLElement | undefined {
  const wholeLength = lengthOf(document.body.textContent);
  // Readability takes its document apart, so it gets one of its own.
  const article = new Readability(parseHTML(document.toString()).document, { keepClasses: true }).parse();
  if (!article?.content || lengthOf(article.textContent) < wholeLength * MIN_ARTICLE_SHARE) return undefined;
  return parseHTML(`<html><body>${article.content}</body></html>`).document.body;
}

const lengthOf = (text: string | null | undefined): number => (text ?? "").replaceAll(/\s+/g, " ").length;

function converter(): TurndownService {
  const service = new TurndownService({
    headingStyle: "atx",
    codeBlockStyle: "fenced",
    bulletListMarker: "-",
  });
  service.use([highlightedCodeBlock, strikethrough, taskListItems, tables]);
  return service;
}

/** The plugin's own tables need `table.rows`, which this DOM does not have, and fall back to markup. */
function tables(service: TurndownService): void {
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

/** Elements that nest nothing, or that their successors close. */
const FLAT = new Set(
  "area base br col embed hr img input link meta source track wbr p li dt dd tr td th thead tbody option".split(
    " ",
  ),
);

function depth(html: string): number {
  let open = 0;
  let deepest = 0;
  for (const [, close, name = "", rest] of html.matchAll(/<(\/?)([a-z][a-z0-9-]*)([^<>]*)>/gi)) {
    if (FLAT.has(name.toLowerCase()) || rest?.endsWith("/")) continue;
    open = close === "/" ? Math.max(0, open - 1) : open + 1;
    deepest = Math.max(deepest, open);
  }
  return deepest;
}

/** Reading without a parser, for markup that no parser should be given: one pass, whatever stands there. */
function stripTags(html: string): string {
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
