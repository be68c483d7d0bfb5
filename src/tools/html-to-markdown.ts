import { highlightedCodeBlock, strikethrough, taskListItems } from "@joplin/turndown-plugin-gfm";
import { Readability } from "@mozilla/readability";
import { parseHTML } from "linkedom";
import TurndownService from "turndown/lib/turndown.browser.cjs.js";

/** Below this share of the page's text the "article" is probably only a part of what the page says. */
const MIN_ARTICLE_SHARE = 0.4;
/** On bigger pages looking for the article takes seconds, in which nothing else runs. */
const MAX_ARTICLE_CHARS = 700_000;
const UNREADABLE =
  "script, style, noscript, template, svg, canvas, iframe, object, embed, link, meta, dialog";

/** The readable content of a page. Broken and hostile markup is expected; text is returned whatever it is. */
export function htmlToMarkdown(html: string, url: string): string {
  try {
    return convert(html, url);
  } catch (thrown) {
    // Markup nested thousands of levels deep overflows the stack of any recursive reader.
    if (thrown instanceof RangeError) return stripTags(html);
    throw thrown;
  }
}

function convert(html: string, url: string): string {
  const { document } = parseHTML(/<body[\s>]/i.test(html) ? html : `<html><body>${html}</body></html>`);
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
  service.addRule("cell", {
    filter: ["td", "th"],
    replacement: (content, cell) =>
      isLayout(cell)
        ? `\n\n${content}\n\n`
        : ` ${content
            .trim()
            .replaceAll(/\s*\n\s*/g, " ")
            .replaceAll("|", "\\|")} |`,
  });
  service.addRule("row", {
    filter: "tr",
    replacement: (content, row) => (isLayout(row) ? content : `|${content.trimEnd()}\n`),
  });
  service.addRule("section", { filter: ["thead", "tbody", "tfoot"], replacement: (content) => content });
  service.addRule("table", {
    filter: "table",
    replacement: (content, table) => `\n\n${isLayout(table) ? content : withRule(content)}\n\n`,
  });
}

/** A table in a table is there for the layout: its cells are paragraphs. */
function isLayout(node: TurndownService.Node): boolean {
  const table = "closest" in node ? node.closest("table") : null;
  return table === null || table.querySelector("table") !== null;
}

/** Markdown needs a line below the first row; what is no row, e.g. a caption, stands above. */
function withRule(content: string): string {
  const lines = content.split("\n").filter((line) => line.trim() !== "");
  const rows = lines.filter((line) => line.startsWith("|"));
  const caption = lines.filter((line) => !line.startsWith("|"));
  const columns = Math.max(1, (rows[0] ?? "").split(/(?<!\\)\|/).length - 2);
  return [...caption, ...rows.toSpliced(1, 0, `|${" --- |".repeat(columns)}`)].join("\n");
}

/** Reading without a parser, for markup no parser survives. */
const stripTags = (html: string): string =>
  html
    .replaceAll(/<(script|style)\b[\s\S]*?<\/\1\s*>/gi, " ")
    .replaceAll(/<[^>]*>/g, " ")
    .replaceAll(/[^\S\n]+/g, " ")
    .replaceAll(/\s*\n\s*/g, "\n")
    .trim();
