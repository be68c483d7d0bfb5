import { text } from "node:stream/consumers";
import { startGit } from "../../hosts/node/quiet-git.ts";
import type { Finding } from "./finding.ts";

const PATIENCE_MS = 5_000;

/** Which git there is, and whether this folder is a repository. Without either everything works, some of it less well. */
export async function ofGit(cwd: string): Promise<Finding> {
  const version = await outputOf(["--version"], cwd);
  if (version === undefined) {
    return { name: "Git", words: "there is none; what commands change is found more slowly", is: "note" };
  }
  const top = await outputOf(["rev-parse", "--show-toplevel"], cwd);
  const where = top
    ? `this folder is in the repository ${top}`
    : "this folder is in no repository that it opens";
  return { name: "Git", words: `${version.replace(/^git version /, "")}; ${where}` };
}

/** Undefined when there is no git, or it does not answer. Never rejects. */
async function outputOf(args: readonly string[], cwd: string): Promise<string | undefined> {
  const signal = AbortSignal.timeout(PATIENCE_MS);
  try {
    const child = await startGit(args, { cwd, environment: process.env, roots: [cwd], signal });
    if (!child) return undefined;
    child.stdin.end();
    const ended = new Promise<number | null>((resolve) => {
      child.once("error", () => resolve(null));
      child.once("close", resolve);
    });
    const [output, code] = await Promise.all([text(child.stdout), ended]);
    return code === 0 ? output.trim() : undefined;
  } catch {
    return undefined;
  }
}
