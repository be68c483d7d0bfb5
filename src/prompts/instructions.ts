import type { PromptSection } from "./section.ts";

const attribute = (path: string): string =>
  path
    .replace(/[\p{Cc}\p{Zl}\p{Zp}]/gu, "?")
    .replaceAll("&", "&amp;")
    .replaceAll('"', "&quot;");

/** What the project asks of whoever works on it. A text cannot close its own frame. */
export const instructions: PromptSection = {
  id: "instructions",
  version: 1,
  stability: "session",
  render: ({ instructions: files, isTrusted }) =>
    isTrusted && files.length > 0
      ? [
          "# Project instructions",
          "Follow these as the user's standing wishes; what the user says in the conversation goes first, and a file further down goes before one further up.",
          ...files.map(({ path, text }) => {
            const inner = text.trim().replaceAll(/<(?=\/?instructions\b)/gi, "&lt;");
            return `<instructions path="${attribute(path)}">\n${inner}\n</instructions>`;
          }),
        ].join("\n\n")
      : "",
};
