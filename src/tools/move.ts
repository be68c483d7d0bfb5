import * as z from "zod";
import { AgentError } from "../core/errors.ts";
import { filesUnder } from "../core/files-under.ts";
import type { Ripple } from "../core/ports.ts";
import { defineTool, type Place, type PreviewContext } from "../core/tool.ts";
import { fromRoot } from "../safety/path-patterns.ts";
import { isProtectedForWriting } from "../safety/protected-files.ts";
import { namedPath } from "./named-path.ts";
import { pathRule } from "./path-rule.ts";
import { requireFileItself } from "./require-file-itself.ts";
import { shownPath } from "./shown-path.ts";

const Input = z.strictObject({ source: z.string(), destination: z.string() });
type Input = z.infer<typeof Input>;

export const move = defineTool({
  name: "Move",
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
    const { from, to, files, isFolder } = await plan(input, context);
    return { kind: "move", from, to, files: files.length, isFolder };
  },

  async run(input, context) {
    const { from, to, files, isFolder } = await plan(input, context);
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

interface Plan {
  readonly from: string;
  readonly to: string;
  readonly files: readonly string[];
  readonly isFolder: boolean;
}

/** What goes where, or why it must not: nothing is moved over anything, and nothing that the rules keep apart goes along. */
async function plan(input: Input, context: PreviewContext): Promise<Plan> {
  const { host, paths, roots } = context;
  const { from, to } = pathsOf(input, context);
  const shown = shownPath(from, context);
  const { kind } = await host.fs.stat(from);
  await requireFileItself(from, context);
  if (paths.within(from, to) !== undefined && !isRespelled(from, to, context))
    throw new AgentError("invalid_input", `${shown} cannot be moved to itself or into itself.`);
  if (!isRespelled(from, to, context) && (await isThere(to, context)))
    throw new AgentError(
      "failed",
      `${shownPath(to, context)} is there already, and nothing is moved over it. Give the whole new path.`,
    );
  const isFolder = kind === "directory";
  if (isFolder && roots.some((root) => paths.within(from, root) !== undefined))
    throw new AgentError("failed", `${shown} is, or contains, a workspace folder. It was not moved.`);
  const files = await filesUnder(from, host, context.signal);
  if (isFolder) requireOrdinary(files, { from: await host.fs.canonical(from), to }, context);
  return { from, to, files, isFolder };
}

/** Where case is folded, the new spelling of a name is there already. */
const isRespelled = (from: string, to: string, { host }: PreviewContext): boolean =>
  host.platform !== "linux" && from !== to && from.toLowerCase() === to.toLowerCase();

/** A folder is judged by its name: what the rules say of a file in it has to hold for that file as well. */
function requireOrdinary(
  files: readonly string[],
  { from, to }: { from: string; to: string },
  context: PreviewContext,
): void {
  for (const file of files) {
    const inside = context.paths.within(from, file) ?? "";
    const places = [file, context.paths.join(to, inside)];
    // By its whole place: it is a folder's name that makes a workflow or a setting of what is in it.
    const isProtected = [inside, ...places.map((path) => fromRoot(path, context))].some(
      isProtectedForWriting,
    );
    if (!isProtected && places.every((path) => context.mayMeet(path, "write"))) continue;
    const why = isProtected ? "is protected" : "may not be changed";
    throw new AgentError(
      "denied",
      `${shownPath(file, context)} ${why} here or where it would go, so the folder was not moved. Move its files one by one.`,
    );
  }
}

const isThere = (path: string, { host }: PreviewContext): Promise<boolean> =>
  host.fs.stat(path).then(
    () => true,
    (thrown: unknown) => {
      if (thrown instanceof AgentError && thrown.kind === "not_found") return false;
      throw thrown;
    },
  );

function rippleWords(ripples: readonly Ripple[], place: Place): string {
  if (ripples.length === 0) return "";
  const paths = new Set(ripples.map(({ path }) => shownPath(path, place)));
  return `\nThe editor updated what refers to it in ${[...paths].join(", ")}.`;
}
