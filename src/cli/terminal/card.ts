import type { Detail } from "../../core/detail.ts";
import type { EventOf } from "../../core/event.ts";
import { makeVisible } from "../../core/visible.ts";
import { diffLines } from "./diff-lines.ts";
import { drawMarkdown, type Page } from "./markdown.ts";
import { paint, widthOf, wrap } from "./style.ts";

export type Asked = EventOf<"permission.asked">;
type Command = Extract<Detail, { kind: "command" }>;

/** Everything that there is to know of a call before it is allowed: nothing of what will run is left out or cut. `later`: its number in the queue. */
export function cardLines({ detail, because, title, name }: Asked, page: Page, later?: number): string[] {
  const why = wrap(`Why it asks: ${exact(because)}`, page.columns);
  return [
    "",
    ...(later === undefined ? [] : [paint(page, "bold", `Question ${later} waited for you:`)]),
    paint(page, ["bold", "yellow"], headline(detail, name)),
    ...subject(detail, title, page),
    ...why.map((line) => paint(page, "dim", line)),
  ];
}

export const isHighRisk = ({ detail }: Asked): boolean =>
  detail.kind === "command" && detail.risk?.level === "high";

/** How much of it cannot be shown here, in words; undefined when all of it is. */
export function unseenOf({ detail }: Asked): string | undefined {
  if (detail.kind === "diff" && detail.hiddenLines > 0) return `${detail.hiddenLines} lines of the change`;
  if (detail.kind === "plan" && detail.hiddenChars > 0) return `${detail.hiddenChars} characters of the plan`;
  return undefined;
}

const exact = (text: string): string => makeVisible(text, "exact");

function headline(detail: Detail, name: string): string {
  switch (detail.kind) {
    case "command":
      return detail.isOutside ? "Run this command again, outside of the sandbox?" : "Run this command?";
    case "diff": {
      const verb = { create: "Create", modify: "Change", delete: "Delete" }[detail.op];
      return `${verb} ${exact(detail.path)}?`;
    }
    case "move":
      return `Move ${detail.isFolder ? "the folder " : ""}${exact(detail.from)}?`;
    case "url":
      return "Fetch this address?";
    case "host":
      return `Let this command reach ${exact(detail.host)}?`;
    case "plan":
      return "Carry out this plan?";
    default:
      return `Allow ${exact(name)}?`;
  }
}

function subject(detail: Detail, title: string, page: Page): string[] {
  switch (detail.kind) {
    case "command":
      return command(detail, page);
    case "diff":
      return diffLines(detail, page);
    case "move":
      return quoted(
        `${detail.from} -> ${detail.to}${detail.files > 1 ? ` (${detail.files} files)` : ""}`,
        page,
      );
    case "url":
      return quoted(detail.url, page);
    case "host":
      return quoted(detail.command, page);
    case "plan":
      return drawMarkdown(detail.markdown, page);
    case "input":
      return [...quoted(title, page), ...quoted(detail.json, page)];
    case "note":
      return [...quoted(title, page), ...quoted(detail.text, page)];
    default:
      return quoted(title, page);
  }
}

function command(detail: Command, page: Page): string[] {
  const { cwd, description, risk, lasting, runs, writes, hosts, parts = [], hiddenParts = 0 } = detail;
  const fact = (words: string): string[] => wrap(exact(words), page.columns);
  const warning = (words: string): string[] => fact(words).map((line) => paint(page, ["bold", "red"], line));
  const reasons = (of: { readonly reasons: readonly { text: string; words: string }[] }): string =>
    of.reasons.map(({ text, words }) => `${text} (${words})`).join("; ");
  return [
    ...(description ? fact(`Plumb says: ${description}`) : []),
    ...(risk?.level === "high" ? warning(`High risk: ${reasons(risk)}`) : []),
    ...(risk?.level === "medium" ? fact(`Some risk: ${reasons(risk)}`) : []),
    ...quoted(detail.command, page),
    ...fact(`In ${cwd}`),
    ...(writes ? fact(`Writes: ${writes.join(", ")}`) : []),
    ...(hosts ? fact(`Names the host: ${hosts.join(", ")}`) : []),
    ...(runs ? fact(runs) : []),
    ...(lasting ? warning(lasting) : []),
    ...parts.flatMap((part) => [
      ...fact(`- ${part.level} risk: ${part.text}${part.hiddenChars ? " ..." : ""}`),
      ...(part.reasons.length > 0 ? fact(`  ${reasons(part)}`) : []),
    ]),
    ...(hiddenParts > 0 ? fact(`${hiddenParts} more parts are not listed; they stand above.`) : []),
  ];
}

/** To the letter, broken where the terminal would break it, behind a bar that no text of others can draw. */
function quoted(text: string, page: Page): string[] {
  const bar = paint(page, "yellow", page.glyphs.bar);
  const room = page.columns - 2;
  return exact(text)
    .replaceAll("\t", "    ")
    .split("\n")
    .flatMap((line) => chunks(line, room))
    .map((line) => `${bar} ${line}`);
}

function chunks(line: string, room: number): string[] {
  const found: string[] = [];
  let now = "";
  let width = 0;
  for (const character of line) {
    const more = widthOf(character);
    if (width + more > room) {
      found.push(now);
      now = "";
      width = 0;
    }
    now += character;
    width += more;
  }
  return [...found, now];
}
