import type { Question } from "../../core/detail.ts";
import type { EventOf } from "../../core/event.ts";
import { makeVisible } from "../../core/visible.ts";
import type { Page } from "./markdown.ts";
import { paint, wrap } from "./style.ts";

/** One question of several, with its numbered answers. */
export function askQuestion(
  { questions, title }: EventOf<"question.asked">,
  at: number,
  page: Page,
): string[] {
  const question = questions[at];
  if (!question) return [];
  const lines = (text: string, indent = ""): string[] =>
    makeVisible(text)
      .split("\n")
      .flatMap((line) => wrap(line, page.columns, indent));
  const count = questions.length > 1 ? ` (${at + 1} of ${questions.length})` : "";
  return [
    "",
    ...lines(`${title ?? question.header}${count}`).map((line) => paint(page, ["bold", "yellow"], line)),
    ...lines(question.question),
    ...question.options.flatMap(({ label, description }, index) =>
      lines(`  ${index + 1}. ${label}${description ? ` - ${description}` : ""}`, "     "),
    ),
    ...(question.multiSelect ? [paint(page, "dim", "Several can be chosen: 1,3")] : []),
  ];
}

/** The answers whose numbers were typed, or the words. */
export function chosenIn(line: string, { options, multiSelect }: Question): string {
  const numbers = multiSelect ? line.split(/[\s,]+/).filter((part) => part !== "") : [line];
  const chosen = numbers.map((number) =>
    /^\d+$/.test(number) ? options[Number(number) - 1]?.label : undefined,
  );
  return chosen.every((label) => label !== undefined) ? chosen.join(", ") : line;
}
