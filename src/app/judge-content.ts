import { decide, narrow, type Policy, policyFromRules } from "../core/access.ts";
import type { PreparedCall, Preview, PreviewContext } from "../core/tool.ts";
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
  const written = new Set(targets.map(({ target }) => target));
  const what = preview && whatRuns(preview, written, context);
  if (what === undefined) return policy;
  const source = `changes what runs later (${what})`;
  const asks = policyFromRules([
    { verdict: "ask", kind: "write", source, matches: (target) => written.has(target) },
    { verdict: "allow", kind: "any", source: "", matches: () => true },
  ]);
  return narrow(policy, asks);
}

/** By every name the file has: a link to it is named as somebody likes. What moves there is not looked at. */
function whatRuns(
  { change, detail }: Preview,
  written: ReadonlySet<string>,
  { paths }: PreviewContext,
): string | undefined {
  if (change)
    return [...written]
      .map((target) => runsLater(target, change.before, change.after))
      .find((what) => what !== undefined);
  const comes = detail.kind === "move" && written.has(detail.to) && detail.to;
  return comes && paths.basename(comes) !== paths.basename(detail.from)
    ? "another file takes its place"
    : undefined;
}
