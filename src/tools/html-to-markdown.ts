import { highlightedCodeBlock, strikethrough, taskListItems } from "@joplin/turndown-plugin-gfm";
import { Readability } from "@mozilla/readability";
import { parseHTML } from "linkedom";
import TurndownService from "turndown/lib/turndown.browser.cjs.js";
import { tables } from "./markdown-tables.ts";
import { nestingDepth, stripTags } from "./strip-tags.ts";

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
  if (nestingDepth(source) > MAX_DEPTH) return stripTags(source);
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
    const href = absolute(link.getAttribute("href") ?? "", base);
    if (/^https?:/i.test(href)) link.setAttribute("href", href);
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
