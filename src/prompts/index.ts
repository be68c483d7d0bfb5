import { answers } from "./answers.ts";
import { environment } from "./environment.ts";
import { identity } from "./identity.ts";
import { instructions } from "./instructions.ts";
import { safety } from "./safety.ts";
import type { Facts, PromptSection } from "./section.ts";
import { toolUse } from "./tool-use.ts";
import { working } from "./working.ts";

export { modeReminder } from "./mode-reminder.ts";
export type { Facts } from "./section.ts";

/** The system prompt, in order. */
export const sections: readonly PromptSection[] = [
  identity,
  working,
  toolUse,
  safety,
  answers,
  environment,
  instructions,
];

/**
 * Two blocks: what is the same for everybody, so that it can be cached once, and what is fixed for this session.
 * Equal facts give equal bytes.
 */
export function renderSystem(facts: Facts): string[] {
  return (["product", "session"] as const).map((stability) =>
    sections
      .filter((section) => section.stability === stability)
      .map((section) => section.render(facts))
      .filter((text) => text !== "")
      .join("\n\n"),
  );
}
