import * as z from "zod";
import { sha256 } from "../core/hash.ts";
import { defineTool } from "../core/tool.ts";

/** A longer plan is shown up to here; the whole of it can be opened. */
const SHOWN_CHARS = 60_000;

export const exitPlanMode = defineTool({
  name: "ExitPlanMode",
  brings: "own words",
  description:
    "Plan mode only: shows your finished plan (Markdown) to the user, who approves, changes or rejects it.",
  input: z.strictObject({ plan: z.string() }),
  title: () => "Plan",
  // In plan mode every rule list asks about this; elsewhere it does nothing.
  accesses: () => [{ kind: "unknown", target: "ExitPlanMode" }],
  async propose({ plan }, { cwd, paths }) {
    const path = paths.join(cwd, "Plan.md");
    return { detail: await planDetail(path, plan), change: { path, before: undefined, after: plan } };
  },
  timeoutMs: 0,
  async run({ plan }, { approved, accepted, cwd, paths }) {
    if (!approved) return "You are not in plan mode, so nothing has to be approved. Go on with the work.";
    const after = accepted?.after ?? plan;
    const news =
      after === plan
        ? "The user approved the plan. Carry it out now."
        : `The user changed the plan and approved it as it is now. From your version to theirs:\n${await patchOf(plan, after)}\nCarry out their version now.`;
    const words = approved.feedback === undefined ? "" : `\n\nThey also said:\n${approved.feedback}`;
    return { content: news + words, detail: await planDetail(paths.join(cwd, "Plan.md"), after) };
  },
});

async function patchOf(plan: string, after: string): Promise<string> {
  const { amendPatch } = await import("../review/amend-patch.ts");
  return amendPatch(plan, after).text;
}

/** What the card shows of a plan. */
export async function planDetail(path: string, plan: string) {
  const markdown = plan.slice(0, SHOWN_CHARS).toWellFormed();
  return {
    kind: "plan" as const,
    path,
    markdown,
    hiddenChars: plan.length - markdown.length,
    afterHash: await sha256(plan),
  };
}
