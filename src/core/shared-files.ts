import { type Access, narrow, type Policy, policyFromRules } from "./access.ts";
import type { FileSystem } from "./ports.ts";

/**
 * A file with several names is changed under all of them, and nobody can say where those are: writing it asks, whatever
 * rules and mode say of the name that was given. Looks at what is written only. Never rejects.
 */
export async function mindingSharedFiles(
  policy: Policy,
  accesses: readonly Access[],
  fs: Pick<FileSystem, "stat">,
): Promise<Policy> {
  const written = accesses.filter(({ kind }) => kind === "write").map(({ target }) => target);
  const shared = new Set<string>();
  for (const target of written) {
    const found = await fs.stat(target).catch(() => undefined);
    if (found?.kind === "file" && (found.names ?? 1) > 1) shared.add(target);
  }
  if (shared.size === 0) return policy;
  const asks = policyFromRules([
    {
      verdict: "ask",
      kind: "write",
      source: "the file has other names as well (hard links), perhaps outside of the workspace",
      matches: (target) => shared.has(target),
    },
    { verdict: "allow", kind: "any", source: "", matches: () => true },
  ]);
  return narrow(policy, asks);
}
