import * as z from "zod";
import type { Question } from "../core/detail.ts";
import { defineTool } from "../core/tool.ts";

const Input = z.strictObject({
  questions: z
    .array(
      z.object({
        question: z.string(),
        header: z.string().max(12),
        options: z
          .array(z.object({ label: z.string(), description: z.string().optional() }))
          .min(2)
          .max(4),
        multiSelect: z.boolean().optional(),
      }),
    )
    .min(1)
    .max(4),
});
type Input = z.infer<typeof Input>;

export const askUserQuestion = defineTool({
  name: "AskUserQuestion",
  brings: "own words",
  description:
    "Asks the user to choose, when you cannot decide and the answer changes what you do. They can always answer in their own words.",
  input: Input,
  title: ({ questions }) => questions.map(({ header }) => header).join(", "),
  accesses: () => [],
  preview: async (input) => ({ kind: "questions", questions: toQuestions(input) }),
  timeoutMs: 0,
  async run(input, { ask }) {
    const questions = toQuestions(input);
    const answers = await ask(questions);
    const lines = questions.map(
      ({ question }, index) => `- ${question}\n  ${answers[index] || "(no answer)"}`,
    );
    return { content: `The user answered:\n${lines.join("\n")}`, detail: { kind: "questions", questions } };
  },
});

const toQuestions = ({ questions }: Input): Question[] =>
  questions.map(({ question, header, options, multiSelect = false }) => ({
    question,
    header,
    options: options.map(({ label, description = "" }) => ({ label, description })),
    multiSelect,
  }));
