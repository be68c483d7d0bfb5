import { toAgentError } from "../core/errors.ts";
import type { RuleSourceParts, RuleSources } from "./rule-sources.ts";

/** What reads settings files is loaded with the first one there is: most workspaces have none. */
export async function findRuleSources(parts: RuleSourceParts): Promise<RuleSources | undefined> {
  const { files, host, isTrusted, isThere } = parts;
  const looked = files.filter(({ root }) => root === undefined || isTrusted());
  const statted = (path: string): Promise<boolean> =>
    host.fs.stat(path).then(
      () => true,
      (thrown: unknown) => toAgentError(thrown).kind !== "not_found",
    );
  const there = isThere
    ? looked.map(({ path }) => isThere(path))
    : await Promise.all(looked.map(({ path }) => statted(path)));
  if (!there.includes(true)) return undefined;
  const { RuleSources: Sources } = await import("./rule-sources.ts");
  return new Sources(parts);
}
