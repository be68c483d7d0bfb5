import { toAgentError } from "../core/errors.ts";
import type { RuleSourceParts, RuleSources } from "./rule-sources.ts";

/** What reads settings files is loaded with the first one there is: most workspaces have none. */
export async function findRuleSources(parts: RuleSourceParts): Promise<RuleSources | undefined> {
  const { files, host, isTrusted } = parts;
  const looked = files.filter(({ root }) => root === undefined || isTrusted());
  const there = await Promise.all(
    looked.map(({ path }) =>
      host.fs.stat(path).then(
        () => true,
        (thrown: unknown) => toAgentError(thrown).kind !== "not_found",
      ),
    ),
  );
  if (!there.includes(true)) return undefined;
  const { RuleSources: Sources } = await import("./rule-sources.ts");
  return new Sources(parts);
}
