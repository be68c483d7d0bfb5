import { decodeSession } from "../app/session-file.ts";
import type { Storage } from "../core/ports.ts";
import { makeVisible } from "../core/visible.ts";
import { type Entry, type PrintedSession, printedSession } from "./session-entries.ts";

export const LOG_FORMATS = ["text", "md", "html"] as const;
export type LogFormat = (typeof LOG_FORMATS)[number];

/** A conversation of this folder for people. Rejects with `not_found` or `storage`. */
export async function printSession(
  storage: Storage,
  id: string,
  format: LogFormat,
  write: (text: string) => Promise<void>,
): Promise<void> {
  const session = printedSession(decodeSession(await storage.readLog(id)).events);
  if (format === "html") await write((await import("./session-html.ts")).sessionHtml(session));
  else await write(format === "md" ? markdown(session) : plain(session));
}

const when = (at: number): string => new Date(at).toISOString().slice(0, 16).replace("T", " ");

/** What others wrote cannot do anything to the terminal it is shown in. */
function plain({ title, entries }: PrintedSession): string {
  const line = (entry: Entry): string => {
    if (entry.kind === "note") return `-- ${entry.text}`;
    if (entry.kind === "call") return `[${entry.outcome}] ${entry.title}\n${indented(entry.text)}`;
    return `${entry.who} (${when(entry.at)})\n${entry.text}`;
  };
  return `${[title, ...entries.map(line)].map((part) => makeVisible(part.trimEnd())).join("\n\n")}\n`;
}

const indented = (text: string): string =>
  text
    .split("\n")
    .map((row) => `    ${row}`)
    .join("\n");

function markdown({ title, entries }: PrintedSession): string {
  const part = (entry: Entry): string => {
    if (entry.kind === "note") return `> ${entry.text.replaceAll("\n", "\n> ")}`;
    if (entry.kind === "call")
      return `**${inline(entry.title)}** (${entry.outcome})\n\n${fenced(entry.text)}`;
    return `## ${entry.who}, ${when(entry.at)}\n\n${entry.text}`;
  };
  return `${[`# ${title.replaceAll("\n", " ")}`, ...entries.map(part)].join("\n\n")}\n`;
}

const inline = (text: string): string => text.replaceAll(/[\\`*_[\]<>]/g, "\\$&").replaceAll("\n", " ");

/** Longer than any fence inside. */
function fenced(text: string): string {
  const longest = Math.max(2, ...(text.match(/`+/g) ?? []).map(({ length }) => length));
  const fence = "`".repeat(longest + 1);
  return `${fence}\n${text}\n${fence}`;
}
