import type { Agent, Environment } from "../agent.ts";
import { findLast } from "../conversation.ts";
import type { Watch } from "./watch.ts";

/** The watch over a turn, loaded once there is something to watch: before its first reply no habit has anything to say. */
export class LateWatch {
  readonly #agent: Agent;
  readonly #env: Environment;
  #watch: Watch | undefined;

  constructor(agent: Agent, env: Environment) {
    this.#agent = agent;
    this.#env = env;
  }

  /** See `Watch.beforeAsking`. */
  async beforeAsking(stepsLeft: number): Promise<void> {
    if (!findLast(this.#env.session.events, this.#agent.id, "assistant")) return;
    (await this.#loaded()).beforeAsking(stepsLeft);
  }

  /** See `Watch.goesOn`. */
  async goesOn(stepsLeft: number): Promise<boolean> {
    return (await this.#loaded()).goesOn(stepsLeft);
  }

  async #loaded(): Promise<Watch> {
    if (this.#watch) return this.#watch;
    const { Watch: Begun } = await import("./watch.ts");
    this.#watch = new Begun(this.#agent, this.#env);
    return this.#watch;
  }
}
