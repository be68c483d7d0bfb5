import * as z from "zod";
import { AgentError } from "../core/errors.ts";
import { defineTool, type ToolOutput } from "../core/tool.ts";
import { hostOf, isPrivateHost } from "../safety/hosts.ts";

/** About 10,000 tokens: most pages whole, and of the others what they begin with, which says whether to go on. */
const MAX_PAGE_CHARS = 30_000;

export const webFetch = defineTool({
  name: "WebFetch",
  isDeferred: true,
  description: "Reads a web page as Markdown, or text and JSON as they are.",
  input: z.strictObject({
    url: z.string(),
    prompt: z.string().optional().describe("What you look for"),
    offset: z.int().min(0).optional().describe("First character"),
  }),
  title: ({ url }) => `Fetch ${url.slice(0, 200)}`,
  accesses: ({ url }) => [{ kind: "network", target: parse(url).hostname }],
  preview: async ({ url }) => ({ kind: "url", url: parse(url).href }),
  suggest: ({ url }) => [[`WebFetch(domain:${parse(url).hostname})`]],
  maxOutputChars: MAX_PAGE_CHARS + 2_000,

  async run({ url, offset = 0 }, { host, signal }) {
    const page = await host.web.get(parse(url).href, signal);
    if (page.redirectedTo !== undefined) {
      return `The page is now on another host, so it was not followed: ${page.redirectedTo}\nCall WebFetch with that address if you want to go there.`;
    }
    const { asData, toText } = await import("./web-text.ts");
    const { text, notes } = await toText(page);
    const isError = page.status >= 400;
    if (isError) notes.unshift(`The server answered with status ${page.status}.`);
    const view = (maxChars: number): ToolOutput => {
      const shown = pageOf(text, offset, maxChars);
      const all = [...notes, onward(text, offset, shown)].filter((note) => note !== "");
      return { content: [asData(page.url, shown), ...all.map((note) => `[${note}]`)].join("\n"), isError };
    };
    return { ...view(MAX_PAGE_CHARS), shorter: view };
  },
});

/** Ends with a line where one ends nearby. */
function pageOf(text: string, offset: number, maxChars: number): string {
  const page = text.slice(offset, offset + maxChars);
  const end = offset + maxChars < text.length ? page.lastIndexOf("\n") + 1 : 0;
  return (end > maxChars * 0.8 ? page.slice(0, end) : page).toWellFormed();
}

function onward(text: string, offset: number, shown: string): string {
  if (shown === "" && offset > 0) return `There are only ${text.length} characters.`;
  const next = offset + shown.length;
  return next < text.length ? `${text.length - next} characters more. Go on with offset=${next}.` : "";
}

/** The address as it will be fetched: https unless the host is private or a port says otherwise. Throws `invalid_input`. */
function parse(url: string): URL {
  if (hostOf(url) === undefined) {
    throw new AgentError(
      "invalid_input",
      "url must be a complete http or https address without a password in it.",
    );
  }
  const parsed = new URL(url);
  parsed.hash = "";
  if (parsed.protocol === "http:" && parsed.port === "" && !isPrivateHost(parsed.hostname)) {
    parsed.protocol = "https:";
  }
  return parsed;
}
