import { shortened } from "../core/cut-text.ts";
import { AgentError } from "../core/errors.ts";
import type { Place } from "../core/tool.ts";

/**
 * The absolute path that the model named. Throws `invalid_input` for what a shell or a browser would read as another
 * place: resolved like a name, `~/x` would become a folder called `~` in the workspace.
 */
export function namedPath(path: string, { cwd, paths }: Pick<Place, "cwd" | "paths">): string {
  if (path.trim() === "") throw new AgentError("invalid_input", "The path is empty.");
  if (path.startsWith("~")) {
    throw new AgentError(
      "invalid_input",
      `~ does not stand for a home folder here: give the absolute path, or ./${shortened(path, 200)} for a name that begins so.`,
    );
  }
  if (/^[A-Za-z][A-Za-z0-9+.-]+:\/\//.test(path)) {
    throw new AgentError("invalid_input", `${shortened(path, 200)} is a URL. Give the path of a file.`);
  }
  return paths.resolve(cwd, path);
}
