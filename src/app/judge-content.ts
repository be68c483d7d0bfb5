import { decide, narrow, type Policy, policyFromRules } from "../core/access.ts";
import type { PreparedCall, PreviewContext } from "../core/tool.ts";
import { isJudgedByContent } from "../safety/judged-by-content.ts";
import { runsLater } from "../safety/runs-later.ts";

/**
 * Files that are ordinary apart from what they run later (scripts of `package.json`): a change of that asks, in every mode,
 * unless the rule that allows it names the file. Looks only where the call would be allowed otherwise. Never rejects.
 */
export async function judgeContent(
  policy: Policy,
  prepared: PreparedCall,
  context: PreviewContext,
): Promise<Policy> {
  const targets = prepared.accesses.filter(
    ({ kind, target }) => kind === "write" && isJudgedByContent(target),
  );
  const { verdict, because } = decide(prepared.accesses, policy);
  if (verdict !== "allow" || targets.every(({ target }) => because.includes(context.paths.basename(target))))
    return policy;
  // What cannot be shown is impossible, and said to be so where it is tried.
  const preview = await prepared.preview(context).catch(() => undefined);
  if (!preview?.change) return policy;
  const { path, before, after } = preview.change;
  const what = runsLater(path, before, after);
  if (what === undefined) return policy;
  const written = new Set(targets.map(({ target }) => target));
  const source = `changes what runs later (${what})`;
  const asks = policyFromRules([
    { verdict: "ask", kind: "write", source, matches: (target) => written.has(target) },
    { verdict: "allow", kind: "any", source: "", matches: () => true },
  ]);
  return narrow(policy, asks);
}
