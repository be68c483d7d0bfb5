/** Tools whose rules are read where the user wants that. */
export const FOREIGN = ["cline", "copilot", "cursor", "roo"] as const;
export type Foreign = (typeof FOREIGN)[number];

/** When AGENTS.md is read: where a folder has no CLAUDE.md, always beside it, or never. */
export const AGENTS_FILES = ["fallback", "always", "never"] as const;
export type AgentsFiles = (typeof AGENTS_FILES)[number];

/** Which instruction files the user wants. A repository has no say in it. */
export interface InstructionChoices {
  readonly imports: readonly Foreign[];
  readonly agentsFiles: AgentsFiles;
}
export const DEFAULT_CHOICES: InstructionChoices = { imports: [], agentsFiles: "fallback" };

/** From settings as they are written: what is not understood is as if it were not there. */
export function toInstructionChoices(imports: unknown, agentsFiles: unknown): InstructionChoices {
  const names: readonly unknown[] = Array.isArray(imports) ? imports : [];
  return {
    imports: FOREIGN.filter((tool) => names.includes(tool)),
    agentsFiles: AGENTS_FILES.find((known) => known === agentsFiles) ?? DEFAULT_CHOICES.agentsFiles,
  };
}
