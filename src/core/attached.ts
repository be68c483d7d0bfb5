import { type Block, text } from "./message.ts";
import { CONTEXT_TAG } from "./row-text.ts";

/** A file that a message names: the model reads it as its rules allow. */
export const attachedFile = (path: string): Block =>
  text(`<${CONTEXT_TAG} kind="file" path="${attribute(path)}"/>`);

/** Text that came with a message: data, marked as such, with what says where it is from. */
export function attachedText(kind: string, facts: Readonly<Record<string, string>>, content: string): Block {
  const said = Object.entries(facts).map(([name, value]) => ` ${name}="${attribute(value)}"`);
  return text(`<${CONTEXT_TAG} kind="${kind}"${said.join("")}>\n${inFrame(content)}\n</${CONTEXT_TAG}>`);
}

const attribute = (value: string): string =>
  value
    .replaceAll("&", "&amp;")
    .replaceAll('"', "&quot;")
    .replaceAll("<", "&lt;")
    .replaceAll(/[\r\n]/g, " ");

/** Text that was attached must not be able to end its own frame and speak as the person. */
const inFrame = (value: string): string => value.replaceAll(`</${CONTEXT_TAG}`, `<\\/${CONTEXT_TAG}`);
