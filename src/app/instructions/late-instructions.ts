import type { Agent } from "../../core/agent.ts";
import type { InstructionFacts } from "../../prompts/section.ts";
import type { DeskParts, InstructionDesk } from "./instruction-desk.ts";
import { filesTouched, TouchedPlaces } from "./nested.ts";
import { folderPlaces, ownPlaces } from "./places.ts";

/** Instructions for agents. What reads and puts them is loaded with the first place where there are some: many have none. */
export class LateInstructions {
  readonly #parts: DeskParts;
  readonly #touched: TouchedPlaces;
  #desk: Promise<InstructionDesk> | undefined;
  /** How much of the log has been looked at. */
  #at = 0;
  /** There may be some since they were looked for. */
  #isStale = true;
  #hasSome = false;

  constructor(parts: DeskParts) {
    this.#parts = parts;
    this.#touched = new TouchedPlaces(parts.roots, parts.host.paths);
  }

  /** See `InstructionDesk.standing`. */
  async standing(): Promise<readonly InstructionFacts[]> {
    this.#isStale = true;
    return (await this.#deskIfAny())?.standing() ?? [];
  }

  /** See `InstructionDesk.tell`. */
  async tell(agent: Agent, signal: AbortSignal): Promise<void> {
    if (!this.#desk) this.#readLog();
    await (await this.#deskIfAny())?.tell(agent, signal);
  }

  #readLog(): void {
    const { events } = this.#parts.session;
    for (; this.#at < events.length; this.#at += 1) {
      const event = events[this.#at];
      if (!event) continue;
      this.#hasSome ||= event.type === "instructions";
      for (const path of filesTouched(event)) if (this.#touched.add(path).isNewFolder) this.#isStale = true;
      if (event.type === "user") this.#isStale = true;
    }
  }

  async #deskIfAny(): Promise<InstructionDesk | undefined> {
    if (this.#desk || !this.#isStale) return this.#desk;
    this.#isStale = false;
    if (!this.#hasSome && !(await this.#isAnyThere())) return undefined;
    this.#desk ??= import("./instruction-desk.ts").then((late) => new late.InstructionDesk(this.#parts));
    return this.#desk;
  }

  async #isAnyThere(): Promise<boolean> {
    const { host, roots, ruleFiles, choices, settings, isTrusted, isThere } = this.#parts;
    if (settings().managed.length > 0) return true;
    const above = roots.flatMap((root) => this.#above(root));
    const folders = isTrusted() ? [...above, ...roots, ...this.#touched.folders] : [];
    const places = [
      ...ownPlaces(ruleFiles, host.paths),
      ...folders.flatMap((folder) => folderPlaces(folder, choices(), host.paths.join)),
    ];
    if (isThere) return places.some(({ path }) => isThere(path));
    const stats = await Promise.all(places.map(({ path }) => host.fs.stat(path).catch(() => undefined)));
    return stats.some((stat) => stat !== undefined);
  }

  #above(root: string): string[] {
    const { dirname } = this.#parts.host.paths;
    const parent = dirname(root);
    return parent === root ? [] : [parent, ...this.#above(parent)];
  }
}
