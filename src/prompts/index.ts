import { answers } from "./answers.ts";
import { environment } from "./environment.ts";
import { identity } from "./identity.ts";
import { instructions } from "./instructions.ts";
import { mode } from "./mode-reminder.ts";
import { safety } from "./safety.ts";
import type { Facts, PromptSection } from "./section.ts";
import { toolUse } from "./tool-use.ts";
import { working } from "./working.ts";

export { modeReminder } from "./mode-reminder.ts";
export type { Facts } from "./section.ts";

/** All that is said to the model by us, in order: the system prompt, and what stands beside messages. */
export const sections: readonly PromptSection[] = [
  identity,
  working,
  toolUse,
  safety,
  answers,
  environment,
  instructions,
  mode,
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

/** A section as it is sent. */
export interface RenderedSection {
  readonly id: string;
  readonly version: number;
  readonly stability: PromptSection["stability"];
  readonly text: string;
}

/** Every section that says something, in order. */
export const renderSections = (facts: Facts): RenderedSection[] =>
  sections
    .map(({ id, version, stability, render }) => ({ id, version, stability, text: render(facts) }))
    .filter(({ text }) => text !== "");
