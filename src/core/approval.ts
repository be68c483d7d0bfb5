import type { Detail } from "./detail.ts";
import { AgentError } from "./errors.ts";
import { canonicalJson } from "./hash.ts";
import type { ToolUseBlock } from "./message.ts";
import type { Accepted, PreparedCall } from "./tool.ts";

/** From the decision to the run. What a person takes for their answer comes before it. In milliseconds. */
const LIFETIME_MS = 600_000;

/** What was decided about a call. Without anything in it nobody had to be asked. */
export interface Authorised {
  /** What the user was shown and accepted as it was. */
  readonly detail?: Detail;
  /** What has to be written in place of what the call itself would write. */
  readonly accepted?: Accepted;
  /** It was let through because its commands run in the sandbox. */
  readonly isConfined?: true;
  /** Set when it was a person who allowed it. */
  readonly approved?: { readonly feedback?: string };
}

/** Issued by a gate for exactly one call. Only that gate takes it, once, within ten minutes. */
export interface Approval extends Authorised {
  /** The call it was issued for: tool, input and accesses, byte for byte. */
  readonly binding: string;
  /** Epoch milliseconds. */
  readonly expiresMs: number;
}

/** Everything of a call that a decision is about, in one canonical text. */
export const bindingOf = (
  { name, input }: Pick<ToolUseBlock, "name" | "input">,
  { accesses }: Pick<PreparedCall, "accesses">,
): string => canonicalJson({ name, input, accesses });

/**
 * Stands between one call and everything it can do. Nothing passes before the call was allowed, nothing passes once it
 * has ended, and what passes between is the call that was decided about. Whatever does not fit rejects with `denied`.
 */
export class Gate {
  readonly #now: () => number;
  #issued: Approval | undefined;
  #isUsed = false;
  #isOpen = false;

  /** `now` gives epoch milliseconds. */
  constructor(now: () => number) {
    this.#now = now;
  }

  /** To be called where a decision ends in *allow*, and nowhere else. A call is decided about once. */
  issue(binding: string, authorised: Authorised): Approval {
    if (this.#issued) throw new AgentError("denied", "This call has been decided about already.");
    this.#issued = Object.freeze({ ...authorised, binding, expiresMs: this.#now() + LIFETIME_MS });
    return this.#issued;
  }

  /** Runs `work` with the gate open. `binding` is the call as it is now. */
  async run<T>(approval: Approval, binding: string, work: () => Promise<T>): Promise<T> {
    const refused = this.#refusal(approval, binding);
    if (refused !== undefined) throw new AgentError("denied", `Not run: ${refused}.`);
    this.#isUsed = true;
    this.#isOpen = true;
    try {
      return await work();
    } finally {
      this.#isOpen = false;
    }
  }

  #refusal(approval: Approval, binding: string): string | undefined {
    if (approval !== this.#issued) return "nobody has allowed it";
    if (this.#isUsed) return "it was allowed once and has run";
    if (binding !== approval.binding) return "it is no longer the call that was allowed";
    if (this.#now() > approval.expiresMs) return "it was allowed too long ago";
    return undefined;
  }

  /** Throws `denied` unless the call runs right now. */
  check(): void {
    if (!this.#isOpen)
      throw new AgentError("denied", "Nothing can be done outside of a call that was allowed.");
  }
}
