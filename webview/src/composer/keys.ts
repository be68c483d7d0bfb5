import type { KeyboardEvent } from "react";

export type ComposerKey =
  | "send"
  | "steer"
  | "cycleMode"
  | "recall"
  | "choose"
  | "next"
  | "previous"
  | "closeList";

interface Situation {
  readonly hasList: boolean;
  readonly isEmpty: boolean;
}

/** What a key means in the composer; undefined leaves it to the text field. Never while an input method composes. */
export function composerKey(event: KeyboardEvent, { hasList, isEmpty }: Situation): ComposerKey | undefined {
  // 229 is how some browsers report the Enter that ends a composition.
  if (event.nativeEvent.isComposing || event.keyCode === 229) return undefined;
  const isModified = event.altKey || event.ctrlKey || event.metaKey;
  switch (event.key) {
    case "Enter":
      if (hasList && !isModified) return "choose";
      if (event.shiftKey || event.altKey) return undefined;
      return event.ctrlKey || event.metaKey ? "steer" : "send";
    case "Tab":
      if (hasList && !event.shiftKey) return "choose";
      return event.shiftKey && !isModified ? "cycleMode" : undefined;
    case "ArrowUp":
      if (isModified || event.shiftKey) return undefined;
      return hasList ? "previous" : isEmpty ? "recall" : undefined;
    case "ArrowDown":
      return hasList && !isModified ? "next" : undefined;
    case "Escape":
      return hasList ? "closeList" : undefined;
    default:
      return undefined;
  }
}
