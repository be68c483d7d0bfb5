import { AgentError } from "../core/errors.ts";
import type { Host, TextFile } from "../core/ports.ts";

/** The file as the user sees it, or undefined when there is none. Rejects with `unreadable` as `Documents.open` does. */
export async function openIfThere(
  path: string,
  { host, signal }: { host: Host; signal: AbortSignal },
): Promise<TextFile | undefined> {
  try {
    return await host.documents.open(path, signal);
  } catch (thrown) {
    if (thrown instanceof AgentError && thrown.kind === "not_found") return undefined;
    throw thrown;
  }
}
