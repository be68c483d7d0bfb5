import type { KeyboardEvent } from "react";

/** The page may not have forms, so that nothing in it can send anything: the keys of one are read here. */
export const onEnter =
  (submit: () => void, leave?: () => void) =>
  (event: KeyboardEvent): void => {
    // Half of a word in an input method ends with Enter, too.
    if (event.nativeEvent.isComposing) return;
    if (event.key === "Enter") {
      event.preventDefault();
      submit();
    }
    if (event.key === "Escape") leave?.();
  };
