import type { Entry, PrintedSession } from "./session-entries.ts";

const escaped = (text: string): string =>
  text.replaceAll("&", "&amp;").replaceAll("<", "&lt;").replaceAll(">", "&gt;").replaceAll('"', "&quot;");

const STYLE = `
:root { color-scheme: light dark; font: 16px/1.5 system-ui, sans-serif; }
body { max-width: 52rem; margin: 2rem auto; padding: 0 1rem; }
h2 { font-size: 1rem; margin: 2rem 0 0.5rem; }
time { font-weight: normal; opacity: 0.7; }
pre { white-space: pre-wrap; overflow-wrap: anywhere; margin: 0; font: inherit; }
details { margin: 0.5rem 0; border-left: 3px solid; padding-left: 0.75rem; opacity: 0.85; }
details pre { font: 0.875rem/1.4 ui-monospace, monospace; }
.note { opacity: 0.7; }
`;

/** A page of its own, without scripts and without anything from elsewhere; what was said stands in it as text. */
export function sessionHtml({ title, entries }: PrintedSession): string {
  const head = [
    '<meta charset="utf-8">',
    `<meta http-equiv="Content-Security-Policy" content="default-src 'none'; style-src 'unsafe-inline'">`,
    '<meta name="viewport" content="width=device-width, initial-scale=1">',
    `<title>${escaped(title)}</title>`,
    `<style>${STYLE}</style>`,
  ];
  const body = [`<h1>${escaped(title)}</h1>`, ...entries.map(entryHtml)];
  return `<!doctype html>\n<html lang="en">\n<head>\n${head.join("\n")}\n</head>\n<body>\n${body.join("\n")}\n</body>\n</html>\n`;
}

function entryHtml(entry: Entry): string {
  const text = `<pre>${escaped(entry.text)}</pre>`;
  if (entry.kind === "note") return `<p class="note">${escaped(entry.text)}</p>`;
  if (entry.kind === "call")
    return `<details><summary>${escaped(entry.title)} (${escaped(entry.outcome)})</summary>${text}</details>`;
  const at = new Date(entry.at).toISOString();
  return `<section><h2>${escaped(entry.who)} <time datetime="${at}">${at.slice(0, 16).replace("T", " ")}</time></h2>${text}</section>`;
}
