import type * as vscode from "vscode";
import * as z from "zod";
import type { ModelInfo } from "../../core/model.ts";
import type { Accounts } from "./accounts.ts";
import type { Engine } from "./engine.ts";
import { readSettings } from "./settings.ts";

const Choice = z.object({ model: z.string(), effort: z.string() });
type Choice = z.infer<typeof Choice>;
const CHOSEN = "plumb.model";

/** Which model the next turn uses: what was chosen in the panel, else the settings, else the account's best. */
export class ModelChoice {
  readonly #accounts: Accounts;
  readonly #engine: Engine;
  readonly #memento: vscode.Memento;
  #models: readonly ModelInfo[] = [];
  #asked: unknown;

  constructor(accounts: Accounts, engine: Engine, memento: vscode.Memento) {
    this.#accounts = accounts;
    this.#engine = engine;
    this.#memento = memento;
    accounts.onDidChange(() => {
      this.#models = [];
      this.#asked = undefined;
    });
  }

  async choose(choice: Choice): Promise<void> {
    await this.#memento.update(CHOSEN, choice);
  }

  async forgetChoice(): Promise<void> {
    await this.#memento.update(CHOSEN, undefined);
  }

  /** What is known without asking; `model` is "" while nothing is. */
  now(): Choice {
    const wanted = this.#wanted();
    if (this.#models.length === 0) return this.#accounts.isTour ? { model: "", effort: "" } : wanted;
    const best = this.#models[0];
    // The account's list decides in the tour, whose model no setting names; elsewhere an unlisted name may be right.
    const isOffered = this.#models.some(({ id }) => id === wanted.model);
    if (best && (wanted.model === "" || (this.#accounts.isTour && !isOffered)))
      return { model: best.id, effort: this.#effortFor(best, wanted.effort) };
    return { model: wanted.model, effort: this.#effortFor(this.#infoOf(wanted.model), wanted.effort) };
  }

  /** A level that the model does not know would only make the provider refuse. */
  #effortFor(model: ModelInfo | undefined, effort: string): string {
    return model && !model.efforts.includes(effort) ? "" : effort;
  }

  #wanted(): Choice {
    const chosen = Choice.safeParse(this.#memento.get(CHOSEN));
    if (chosen.success) return chosen.data;
    const { model, effort } = readSettings();
    return { model, effort };
  }

  /**
   * The model of the next turn; asks the provider if need be. When that fails, the turn still begins: it will say why
   * it cannot go on, and what was typed is part of the conversation.
   */
  async resolve(): Promise<Choice> {
    if (this.now().model !== "") return this.now();
    try {
      this.#models = await this.#accounts.models();
      return this.now();
    } catch {
      return { model: await this.#engine.fallbackModel(), effort: "" };
    }
  }

  /** The models as far as known; `later` is called when more are. A failure shows when something is sent. */
  known(later: () => void): readonly ModelInfo[] {
    if (this.#models.length > 0) return this.#models;
    const asked = this.#accounts.models();
    if (this.#asked !== asked) {
      this.#asked = asked;
      asked.then(
        (models) => {
          this.#models = models;
          later();
        },
        () => undefined,
      );
    }
    return this.#models;
  }

  nameOf(model: string): string {
    return this.#infoOf(model)?.name ?? model;
  }

  #infoOf(model: string): ModelInfo | undefined {
    return this.#models.find(({ id }) => id === model);
  }
}
