import { useEffect, useRef, useState } from "react";
import { usePanel, useView } from "../state/panel.tsx";

const SAVE_AFTER_MS = 400;
const MAX_TEXT = 400_000;

/** The text that is being written. The host keeps a copy, so that hiding the panel loses none of it. */
export function useDraft(): [text: string, setText: (text: string) => void] {
  const { host } = usePanel();
  const draft = useView((view) => view.draft);
  const sessionId = useView((view) => view.sessionId);
  const [text, setText] = useState("");
  const seen = useRef({ from: 0, sessionId: "" });
  const unsaved = useRef<string | undefined>(undefined);

  useEffect(() => {
    if (draft.from === seen.current.from) return;
    const isOther = seen.current.sessionId !== sessionId;
    seen.current = { from: draft.from, sessionId };
    // A snapshot must not take back what was typed since: the host has not heard of that yet.
    const isNewer = unsaved.current !== undefined;
    setText((typed) => (!isNewer && (isOther || typed === "") ? draft.text : typed));
  }, [draft, sessionId]);

  useEffect(() => {
    const save = (): void => {
      if (unsaved.current === undefined) return;
      host.post({ type: "draft", text: unsaved.current });
      unsaved.current = undefined;
    };
    if (unsaved.current !== undefined && text !== "") {
      const timer = setTimeout(save, SAVE_AFTER_MS);
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
