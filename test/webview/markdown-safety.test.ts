import { readFileSync } from "node:fs";
import type { Browser, Page } from "playwright-core";
import { afterAll, beforeAll, expect, test } from "vitest";
import * as z from "zod";
import { linkAction } from "../../webview/src/markdown/links.ts";
import { launchBrowser } from "../dev/browser.ts";
import { make } from "./harness/bundle.ts";

const Case = z.object({
  id: z.string(),
  markdown: z.string(),
  mustNotContain: z.array(z.string()),
  mustNotLoad: z.array(z.string()),
  mustShow: z.array(z.string()).optional(),
  mustNotText: z.array(z.string()).optional(),
  links: z.array(z.object({ href: z.string(), action: z.enum(["allow", "confirm", "block"]) })).optional(),
  chunks: z.array(z.string()).optional(),
  maxMillis: z.number().optional(),
  why: z.string(),
});
type Case = z.infer<typeof Case>;

const CASES = readFileSync(new URL("../corpora/markdown-safety.jsonl", import.meta.url), "utf8")
  .trim()
  .split("\n")
  .map((line) => Case.parse(JSON.parse(line)));

let browser: Browser;
let page: Page;
const requests: string[] = [];

beforeAll(async () => {
  browser = await launchBrowser();
  page = await browser.newPage();
  const { script } = await make("test/webview/harness/markdown-entry.tsx");
  await page.route("**/*", (route) => {
    const url = route.request().url();
    if (url === "https://panel.test/")
      return route.fulfill({ contentType: "text/html", body: "<!DOCTYPE html><body>" });
    requests.push(url);
    return route.abort();
  });
  await page.goto("https://panel.test/");
  await page.addScriptTag({ content: script, type: "module" });
  await page.waitForFunction(() => "renderMarkdown" in window);
}, 60_000);
afterAll(() => browser?.close());

/** Every prefix the panel would draw while the text streams, then the whole. */
function statesOf({ markdown, chunks }: Case): string[] {
  const parts = chunks ?? [markdown.slice(0, markdown.length / 2), markdown.slice(markdown.length / 2)];
  const states = parts.map((_, index) => parts.slice(0, index + 1).join(""));
  return [...states, markdown];
}

const millisOf = (id: string, one: Case): Promise<number> =>
  page.evaluate(
    ({ name, states }) => {
      const start = performance.now();
      window.renderMarkdown(name, states);
      return performance.now() - start;
    },
    { name: id, states: statesOf(one) },
  );

test.each(CASES)("$id $why", async (one) => {
  requests.length = 0;
  const seen = await page.evaluate(
    ({ id, states, selectors }) => {
      const start = performance.now();
      const markups = window.renderMarkdown(id, states);
      const ms = performance.now() - start;
      const found = markups.flatMap((markup) => {
        const state = new DOMParser().parseFromString(markup, "text/html").body;
        return selectors.filter((selector) => state.querySelector(selector));
      });
      const attributes = [...document.querySelectorAll("body *")].flatMap((element) =>
        [...element.attributes]
          .filter(({ name }) => name !== "href" && name !== "title")
          .map(({ value }) => value),
      );
      const codes = [...(document.body.textContent ?? "")].map((character) => character.codePointAt(0) ?? 0);
      return { found, attributes, codes, text: document.body.textContent ?? "", ms };
    },
    { id: one.id, states: statesOf(one), selectors: one.mustNotContain },
  );
  expect(seen.found).toEqual([]);
  for (const host of one.mustNotLoad) {
    expect(seen.attributes.filter((value) => value.includes(host))).toEqual([]);
    expect(requests.filter((url) => url.includes(host))).toEqual([]);
  }
  for (const shown of one.mustShow ?? []) expect(seen.text).toContain(shown);
  for (const hidden of one.mustNotText ?? []) expect(seen.codes).not.toContain(hidden.codePointAt(0));
  const { maxMillis } = one;
  // What it costs is what it takes when nothing else is in its way.
  if (maxMillis && seen.ms >= maxMillis)
    await expect.poll(() => millisOf(`${one.id} again`, one)).toBeLessThan(maxMillis);
  for (const { href, action } of one.links ?? []) expect(linkAction(href)).toBe(action);
});
