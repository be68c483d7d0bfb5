import * as z from "zod";
import { languageAt, loadPowershell, powershellRisk } from "../powershell/late.ts";
import { loadShell } from "../shell/late.ts";
import { shellRisk } from "../shell/shell-risk.ts";
import { checkPath, PathQuestion } from "./check-path.ts";
import { checkRules, RuleQuestion } from "./check-rules.ts";

const ShellQuestion = z.object({
  cmd: z.string(),
  cwd: z.string(),
  home: z.string(),
  /** What runs the command; by default what Plumb uses where such a folder is. */
  shell: z.enum(["bash", "powershell"]).optional(),
});

type Answer = Readonly<Record<string, unknown>>;
type Answering = (question: unknown) => Answer | Promise<Answer>;

/** What answers a question: the first field that it needs, and how. */
const QUESTIONS: readonly { readonly field: string; readonly answer: Answering }[] = [
  { field: "cmd", answer: (question) => checkShell(ShellQuestion.parse(question)) },
  { field: "rules", answer: (question) => checkRule(RuleQuestion.parse(question)) },
  { field: "workspace", answer: (question) => ({ ...checkPath(PathQuestion.parse(question)) }) },
];

async function checkShell({ cmd, cwd, home, shell }: z.output<typeof ShellQuestion>): Promise<Answer> {
  const text = { cmd, cwd, home, roots: [cwd] };
  if (languageAt({ cwd, ...(shell && { shell }) }) === "bash") return { ...shellRisk(text) };
  await loadPowershell();
  return { ...powershellRisk(text) };
}

async function checkRule(question: RuleQuestion): Promise<Answer> {
  if (question.tool === "PowerShell") await loadPowershell();
  return { ...checkRules(question) };
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
    return answer(id, await kind.answer(question));
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
