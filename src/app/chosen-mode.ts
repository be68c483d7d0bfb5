import { MAIN } from "../core/event.ts";
import type { Mode } from "../core/mode.ts";
import type { Status } from "../core/rows.ts";
import type { Session } from "../core/session.ts";
import { modeReminder } from "../prompts/index.ts";
import type { AppOptions } from "./app-options.ts";
import type { Permissions } from "./permissions.ts";

interface Parts {
  readonly options: Pick<AppOptions, "mode" | "isModeChosen" | "mayBypass">;
  readonly session: Session;
  readonly permissions: Permissions;
  /** What the log says of it. */
  readonly status: () => Pick<Status, "mode" | "modeWasSet">;
}

/** The mode of a conversation: the one that was chosen in it, else the one it began in. */
export class ChosenMode {
  readonly #parts: Parts;

  constructor(parts: Parts) {
    this.#parts = parts;
  }

  get now(): Mode {
    const { options, permissions } = this.#parts;
    const { modeWasSet, mode } = this.#parts.status();
    const { mode: given, isModeChosen = true, mayBypass } = options;
    const chosen = modeWasSet ? mode : permissions.beginIn(given, isModeChosen);
    const isBarred = chosen === "bypass" && (!mayBypass?.() || permissions.disablesBypass);
    return isBarred ? "ask" : chosen;
  }

  set(mode: Mode): void {
    if (mode !== this.now) this.#enter(mode);
  }

  /** A log that begins says the mode it begins in, unless that is the usual one. */
  begin(): void {
    if (this.now !== "ask" && !this.#parts.status().modeWasSet) this.#enter(this.now);
  }

  #enter(mode: Mode): void {
    const { session } = this.#parts;
    session.append(MAIN, { type: "mode", mode });
    session.append(MAIN, { type: "reminder", text: modeReminder(mode) });
  }
}
