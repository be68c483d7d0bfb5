import {
  DEFAULT_CHOICES,
  type InstructionChoices,
  toInstructionChoices,
} from "../../core/instruction-choices.ts";

/**
 * What the user wrote into `settings.json` of their Plumb folder (`text`) about instruction files:
 * `{"instructions": {"import": ["cursor"], "agentsFiles": "always"}}`. Never rejects: what cannot be read is as if it were not there.
 */
export async function readUserInstructions(text: string | undefined): Promise<InstructionChoices> {
  if (!text?.includes('"instructions"')) return DEFAULT_CHOICES;
  const { parse } = await import("jsonc-parser");
  const settings: unknown = parse(text, [], { allowTrailingComma: true });
  const own = isRecord(settings) ? settings["instructions"] : undefined;
  return isRecord(own) ? toInstructionChoices(own["import"], own["agentsFiles"]) : DEFAULT_CHOICES;
}

const isRecord = (value: unknown): value is Readonly<Record<string, unknown>> =>
  typeof value === "object" && value !== null && !Array.isArray(value);
