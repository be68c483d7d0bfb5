import { useEffect, useRef, useState } from "react";
import { usePanel, useView } from "../state/panel.tsx";

/** A pasted book is not sent to the host with every key; everything of usual length is, at once. */
const LARGE = 20_000;
const SAVE_LARGE_AFTER_MS = 400;
const MAX_TEXT = 400_000;

/**
 * The text that is being written. The host keeps a copy, so that hiding the panel loses none of it: messages arrive in
 * their order, so where the sending of a text was lost with the page, the text itself was not.
 */
export function useDraft(): [text: string, setText: (text: string) => void] {
  const { host } = usePanel();
  const draft = useView((view) => view.draft);
  const [text, setText] = useState("");
  const seen = useRef(0);
  const unsaved = useRef<string | undefined>(undefined);

  useEffect(() => {
    if (draft.from === seen.current) return;
    seen.current = draft.from;
    // A snapshot must not take back what was typed since: it was made before the host heard of that.
    setText((typed) => (typed === "" ? draft.text : typed));
  }, [draft]);

  useEffect(() => {
    const save = (): void => {
      if (unsaved.current === undefined) return;
      host.post({ type: "draft", text: unsaved.current });
      unsaved.current = undefined;
    };
    if (unsaved.current !== undefined && text.length > LARGE) {
      const timer = setTimeout(save, SAVE_LARGE_AFTER_MS);
      window.addEventListener("pagehide", save);
      return () => {
        clearTimeout(timer);
        window.removeEventListener("pagehide", save);
      };
    }
    // Emptied by sending: the host must not bring it back.
    save();
    return undefined;
  }, [text, host]);

  const set = (next: string): void => {
    unsaved.current = next.slice(0, MAX_TEXT);
    setText(next.slice(0, MAX_TEXT));
  };
  return [text, set];
}
