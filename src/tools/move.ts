import * as z from "zod";
import { defineTool, type Place } from "../core/tool.ts";
import { namedPath } from "./named-path.ts";
import { pathRule } from "./path-rule.ts";
import { shownPath } from "./shown-path.ts";

const Input = z.strictObject({ source: z.string(), destination: z.string() });
type Input = z.infer<typeof Input>;

export const move = defineTool({
  name: "Move",
  isDeferred: true,
  brings: "own words",
  description: "Moves or renames a file or folder. The editor updates imports where it can.",
  input: Input,
  title: (input, place) => {
    const { from, to } = pathsOf(input, place);
    return `Move ${shownPath(from, place)} → ${shownPath(to, place)}`;
  },
  accesses: (input, place) =>
    Object.values(pathsOf(input, place)).map((target) => ({ kind: "write", target })),
  suggest(input, place) {
    const { from, to } = pathsOf(input, place);
    const [source, target] = [from, to].map((path) => pathRule("Edit", path, place).at(-1)?.[0]);
    // One folder is what people mean by "here"; of two nobody knows which.
    return source !== undefined && source === target ? [[source]] : [];
  },
  async preview(input, context) {
    const { planMove } = await import("./move-plan.ts");
    const { from, to, files, isFolder } = await planMove(pathsOf(input, context), context);
    return { kind: "move", from, to, files: files.length, isFolder };
  },

  async run(input, context) {
    const { planMove, rippleWords } = await import("./move-plan.ts");
    const { from, to, files, isFolder } = await planMove(pathsOf(input, context), context);
    const ripples = await context.host.documents.move(from, to, context.signal);
    const size = isFolder ? ` (${files.length} files)` : "";
    const done = `Moved ${shownPath(from, context)} to ${shownPath(to, context)}${size}.`;
    const detail = { kind: "move" as const, from, to, files: files.length, isFolder };
    return { content: `${done}${rippleWords(ripples, context)}`, detail };
  },
});

const pathsOf = ({ source, destination }: Input, place: Place): { from: string; to: string } => ({
  from: namedPath(source, place),
  to: namedPath(destination, place),
});
