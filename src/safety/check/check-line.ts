import * as z from "zod";
import { loadShell } from "../shell/late.ts";
import { shellRisk } from "../shell/shell-risk.ts";
import { checkPath, PathQuestion } from "./check-path.ts";
import { checkRules, RuleQuestion } from "./check-rules.ts";

const ShellQuestion = z.object({
  cmd: z.string(),
  cwd: z.string(),
  home: z.string(),
  shell: z.enum(["bash", "powershell"]).default("bash"),
});

type Answer = Readonly<Record<string, unknown>>;

/** What answers a question: the first field that it needs, and how. */
const QUESTIONS: readonly { readonly field: string; readonly answer: (question: unknown) => Answer }[] = [
  { field: "cmd", answer: (question) => checkShell(ShellQuestion.parse(question)) },
  { field: "rules", answer: (question) => ({ ...checkRules(RuleQuestion.parse(question)) }) },
  { field: "workspace", answer: (question) => ({ ...checkPath(PathQuestion.parse(question)) }) },
];

function checkShell({ cmd, cwd, home, shell }: z.output<typeof ShellQuestion>): Answer {
  if (shell === "bash") return { ...shellRisk({ cmd, cwd, home, roots: [cwd] }) };
  // Whoever only looks at the risk must not take this for harmless.
  return { error: "PowerShell is not built yet.", risk: "high", readOnly: false, reasons: [] };
}

const Known = z.record(z.string(), z.unknown());

/**
 * Answers one line of JSON with one line of JSON, which echoes its `id`. A line that cannot be understood is answered by
 * `{id?, error}`. Never rejects.
 */
export async function checkLine(line: string): Promise<string> {
  let id: unknown;
  try {
    await loadShell();
    const question = Known.parse(JSON.parse(line));
    id = question["id"];
    const kind = QUESTIONS.find(({ field }) => Object.hasOwn(question, field));
    if (!kind)
      return answer(id, {
        error: `A question has one of the fields ${QUESTIONS.map(({ field }) => field).join(", ")}.`,
      });
    return answer(id, kind.answer(question));
  } catch (thrown) {
    return answer(id, { error: problem(thrown) });
  }
}

const answer = (id: unknown, fields: Answer): string =>
  JSON.stringify({ ...(id !== undefined && { id }), ...fields });

function problem(thrown: unknown): string {
  if (thrown instanceof z.ZodError) return z.prettifyError(thrown).replaceAll(/\s+/g, " ");
  return thrown instanceof Error ? thrown.message : String(thrown);
}
