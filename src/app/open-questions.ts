import { AgentError } from "../core/errors.ts";
import type { RulesCheck } from "../core/offered-rules.ts";
import type { PermissionAnswer, PermissionQuestion, Person } from "../core/ports.ts";
import type { Presence } from "../core/presence.ts";

/** What a card sends back; `hash` says which card it was. */
export interface CardAnswer extends PermissionAnswer {
  readonly callId: string;
  readonly hash: string;
  /** Of a plan that is approved: the mode in which it is carried out. Default: ask. */
  readonly mode?: "ask" | "acceptEdits" | "auto";
}

/** The person at the desk: questions wait here until someone answers, or answer themselves when nobody is there. */
export class OpenQuestions implements Person {
  readonly #presence: () => Presence;
  readonly #listeners = new Set<() => void>();
  readonly #permissions = new Map<
    string,
    Pick<PermissionQuestion, "hash" | "checkRules"> & {
      mayWait: boolean;
      resolve: (answer: PermissionAnswer | undefined) => void;
    }
  >();
  readonly #questions = new Map<
    string,
    { count: number; resolve: (answers: Promise<never> | readonly string[] | undefined) => void }
  >();

  constructor(presence: () => Presence) {
    this.#presence = presence;
  }

  permission(
    { callId, hash, mayWait = false, checkRules }: PermissionQuestion,
    signal: AbortSignal,
  ): Promise<PermissionAnswer | undefined> {
    if (this.#isNobodyThere) return Promise.resolve(undefined);
    if (this.isAway && mayWait) return Promise.resolve(LATER);
    return waitFor(
      signal,
      (resolve) => {
        this.#permissions.set(callId, { hash, mayWait, resolve, ...(checkRules && { checkRules }) });
        this.#tell();
      },
      () => this.#permissions.delete(callId),
    );
  }

  get isAway(): boolean {
    return this.#presence().isAway === true;
  }

  get #isNobodyThere(): boolean {
    return this.#presence().place === "none";
  }

  /** Whether anything is asked that only an answer ends. */
  get isWaiting(): boolean {
    return this.#permissions.size + this.#questions.size > 0;
  }

  /** Calls `listener` whenever something is asked that only an answer ends. Returns what ends that. */
  onWaiting(listener: () => void): () => void {
    this.#listeners.add(listener);
    return () => this.#listeners.delete(listener);
  }

  #tell(): void {
    for (const listener of this.#listeners) listener();
  }

  /** Where the person is has changed. Without anybody what is asked has no answer; who is away finds what can wait in their queue. */
  moved(): void {
    if (this.#isNobodyThere) return this.#leave();
    if (!this.isAway) return;
    for (const [callId, { mayWait, resolve }] of this.#permissions) {
      if (!mayWait) continue;
      this.#permissions.delete(callId);
      resolve(LATER);
    }
  }

  answers(
    callId: string,
    questions: readonly { question: string }[],
    signal: AbortSignal,
  ): Promise<readonly string[] | undefined> {
    if (this.#isNobodyThere) return Promise.resolve(undefined);
    return waitFor(
      signal,
      (resolve) => {
        this.#questions.set(callId, { count: questions.length, resolve });
        this.#tell();
      },
      () => this.#questions.delete(callId),
    );
  }

  /** `first` happens before the call goes on. False when no such card is open, or it shows something else by now: nothing has been approved then. */
  answerPermission({ callId, hash, mode: _, ...answer }: CardAnswer, first?: () => void): boolean {
    const open = this.#permissions.get(callId);
    if (!open || open.hash !== hash) return false;
    this.#permissions.delete(callId);
    first?.();
    open.resolve(answer);
    return true;
  }

  /** What there is to say against rules on a card. Undefined when it is no longer open, or takes none. Never rejects. */
  checkRules(callId: string, hash: string, rules: readonly string[]): Promise<RulesCheck | undefined> {
    const open = this.#permissions.get(callId);
    const check = open?.hash === hash ? open.checkRules : undefined;
    return check?.(rules) ?? Promise.resolve(undefined);
  }

  answerQuestions(callId: string, answers: readonly string[]): boolean {
    const open = this.#questions.get(callId);
    if (!open || open.count !== answers.length) return false;
    this.#questions.delete(callId);
    open.resolve(answers);
    return true;
  }

  /** The person does not want to answer; `why` is for the model. Without it they cannot. False when it is no longer asked. */
  declineQuestions(callId: string, why?: string): boolean {
    const open = this.#questions.get(callId);
    this.#questions.delete(callId);
    const words = `The user did not answer${why === "" ? "." : ` and said: ${why}`}`;
    open?.resolve(why === undefined ? undefined : Promise.reject(new AgentError("denied", words)));
    return open !== undefined;
  }

  #leave(): void {
    for (const { resolve } of this.#permissions.values()) resolve(undefined);
    this.#permissions.clear();
    for (const { resolve } of this.#questions.values()) resolve(undefined);
    this.#questions.clear();
  }
}

const LATER: PermissionAnswer = { verdict: "deny", scope: "once", isLater: true };

function waitFor<T>(
  signal: AbortSignal,
  begin: (resolve: (value: T | Promise<T>) => void) => void,
  end: () => void,
): Promise<T> {
  return new Promise<T>((resolve, reject) => {
    const stop = (): void => {
      end();
      reject(signal.reason);
    };
    if (signal.aborted) return stop();
    signal.addEventListener("abort", stop, { once: true });
    begin((value) => {
      signal.removeEventListener("abort", stop);
      resolve(value);
    });
  });
}
