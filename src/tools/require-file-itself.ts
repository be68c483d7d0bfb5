import { AgentError } from "../core/errors.ts";
import type { PreviewContext } from "../core/tool.ts";
import { shownPath } from "./shown-path.ts";

/**
 * Rejects with `failed` when the last part of a path is a link: moving or deleting it would be about the link, and what
 * is shown and recorded would be about the file behind it. Links among the folders above are followed.
 */
export async function requireFileItself(path: string, context: PreviewContext): Promise<void> {
  const { fs } = context.host;
  const { paths } = context;
  const [real, folder] = await Promise.all([fs.canonical(path), fs.canonical(paths.dirname(path))]);
  const place = paths.join(folder, paths.basename(path));
  if (real === place || (context.host.platform !== "linux" && folded(real) === folded(place))) return;
  throw new AgentError(
    "failed",
    `${shownPath(path, context)} is a link to ${shownPath(real, context)}. Name that file, or use a command for the link.`,
  );
}

/** File systems that fold case, or the ways to write an accent, know a file by several spellings. */
const folded = (path: string): string => path.normalize("NFC").toLowerCase();
