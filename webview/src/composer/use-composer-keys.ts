import type { KeyboardEvent } from "react";
import type { Row } from "../../../src/core/rows.ts";
import { usePanel, useView } from "../state/panel.tsx";
import { type ComposerKey, composerKey } from "./keys.ts";
import { useMode } from "./mode-menu.tsx";
import type { Offered } from "./use-offered.ts";

interface Options {
  readonly text: string;
  readonly list: Offered;
  readonly send: (when: "now" | "queue") => void;
  /** Replaces the text and puts the caret there. */
  readonly put: (text: string, caret: number) => void;
}

/** Does what the composer's keys mean, and keeps those keys from everybody else. */
export function useComposerKeys({ text, list, send, put }: Options): (event: KeyboardEvent) => void {
  const { store } = usePanel();
  const isRunning = useView((view) => view.isRunning);
  const { cycle } = useMode();
  const actions: Readonly<Record<ComposerKey, (event: KeyboardEvent) => void>> = {
    send: () => send(isRunning ? "queue" : "now"),
    steer: () => send("now"),
    cycleMode: cycle,
    recall: () => {
      const last = lastPrompt(store.view.rows);
      put(last, last.length);
    },
    choose: ({ key }) => list.choose(list.active, key === "Enter"),
    next: () => list.move(1),
    previous: () => list.move(-1),
    closeList: list.close,
  };
  return (event) => {
    const { key, keyCode, shiftKey, altKey, ctrlKey, metaKey } = event;
    const { isComposing } = event.nativeEvent;
    const meaning = composerKey(
      { key, keyCode, shiftKey, altKey, ctrlKey, metaKey, isComposing },
      { hasList: list.options.length > 0, isEmpty: text === "" },
    );
    if (!meaning || (meaning === "recall" && lastPrompt(store.view.rows) === "")) return;
    event.preventDefault();
    event.stopPropagation();
    actions[meaning](event);
  };
}

function lastPrompt(rows: readonly Row[]): string {
  const row = rows.findLast((one) => one.kind === "prompt" && one.origin === "user");
  return row?.kind === "prompt" ? row.text : "";
}
