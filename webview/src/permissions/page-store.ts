import type { HostToPage, Tried } from "../../../src/protocol/permissions-page.ts";

export interface PageState {
  readonly rules: Extract<HostToPage, { type: "rules" }> | undefined;
  readonly tried: { readonly requestId: number; readonly tried: Tried } | undefined;
  /** Why the last thing that was asked for was not done. */
  readonly failed: string | undefined;
}

/** What the page was told, newest first; it keeps nothing of its own. */
export class PageStore {
  #state: PageState = { rules: undefined, tried: undefined, failed: undefined };
  readonly #listeners = new Set<() => void>();

  readonly apply = (message: HostToPage): void => {
    this.#state = next(this.#state, message);
    for (const listener of this.#listeners) listener();
  };

  readonly subscribe = (listener: () => void): (() => void) => {
    this.#listeners.add(listener);
    return () => this.#listeners.delete(listener);
  };

  readonly get = (): PageState => this.#state;
}

function next(state: PageState, message: HostToPage): PageState {
  switch (message.type) {
    case "rules":
      return { ...state, rules: message, failed: undefined };
    case "tried":
      return { ...state, tried: message };
    case "failed":
      return { ...state, failed: message.message };
    default:
      return message satisfies never;
  }
}
