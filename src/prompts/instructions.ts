import { inFrame, oneLine } from "./one-line.ts";
import type { InstructionFacts, PromptSection } from "./section.ts";

const attribute = (path: string): string => oneLine(path).replaceAll("&", "&amp;").replaceAll('"', "&quot;");

/** One file of instructions. A text cannot close its own frame. */
export const instructionFrame = ({ path, text }: InstructionFacts): string =>
  `<instructions path="${attribute(path)}">\n${inFrame("instructions", text.trim())}\n</instructions>`;

/** What the user and the project ask of whoever works on it. */
export const instructions: PromptSection = {
  id: "instructions",
  version: 2,
  stability: "session",
  render({ instructions: all, isTrusted }) {
    const files = all.filter(({ isOwn }) => isTrusted || isOwn === true);
    if (files.length === 0) return "";
    return [
      "# Project instructions",
      "Follow these as the user's standing wishes; what the user says in the conversation goes first, and a file further down goes before one further up.",
      ...files.map(instructionFrame),
    ].join("\n\n");
  },
};
