import type { Policy } from "../core/access.ts";
import type { SecondOpinion } from "../safety/auto-mode.ts";
import type { OpinionParts, SecondOpinions } from "./second-opinions.ts";

interface Parts extends Omit<OpinionParts, "model"> {
  /** What the conversation speaks with. */
  readonly mainModel: () => string;
  readonly classifier: { readonly model?: () => string; readonly withinMs?: number } | undefined;
}

/** Second opinions, which only the mode Auto asks for: loaded with the first one. Until then there is none. */
export class LateOpinions implements SecondOpinion {
  readonly #parts: Parts;
  #loaded: SecondOpinions | undefined;

  constructor(parts: Parts) {
    this.#parts = parts;
  }

  of(command: string): ReturnType<SecondOpinion["of"]> {
    return this.#loaded?.of(command);
  }

  /** Rejects only when they cannot be loaded. */
  async ask(commands: readonly string[], signal: AbortSignal, policy: Policy): Promise<void> {
    if (commands.length === 0) return;
    const [{ SecondOpinions: Opinions }, { fastModelFor }] = await Promise.all([
      import("./second-opinions.ts"),
      import("../models/model-table.ts"),
    ]);
    const { mainModel, classifier, ...parts } = this.#parts;
    const model = (): string => classifier?.model?.() || fastModelFor(mainModel());
    const { withinMs } = classifier ?? {};
    this.#loaded ??= new Opinions({ ...parts, model, ...(withinMs !== undefined && { withinMs }) });
    await this.#loaded.ask(commands, signal, policy);
  }
}
