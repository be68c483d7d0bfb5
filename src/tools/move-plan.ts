import { AgentError } from "../core/errors.ts";
import { filesUnder } from "../core/files-under.ts";
import type { Ripple } from "../core/ports.ts";
import type { Place, PreviewContext } from "../core/tool.ts";
import { fromRoot } from "../safety/path-patterns.ts";
import { isProtectedForWriting } from "../safety/protected-files.ts";
import { requireFileItself } from "./require-file-itself.ts";
import { shownPath } from "./shown-path.ts";

interface Plan {
  readonly from: string;
  readonly to: string;
  readonly files: readonly string[];
  readonly isFolder: boolean;
}

/** What goes where, or why it must not: nothing is moved over anything, and nothing that the rules keep apart goes along. */
export async function planMove(
  { from, to }: { from: string; to: string },
  context: PreviewContext,
): Promise<Plan> {
  const { host, paths, roots } = context;
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

/** What the editor changed besides, in words. "" when nothing. */
export function rippleWords(ripples: readonly Ripple[], place: Place): string {
  if (ripples.length === 0) return "";
  const paths = new Set(ripples.map(({ path }) => shownPath(path, place)));
  return `\nThe editor updated what refers to it in ${[...paths].join(", ")}.`;
}
