import { type RefObject, useEffect, useId, useLayoutEffect, useRef } from "react";
import { t } from "../l10n.ts";
import { usePanel, useView } from "../state/panel.tsx";
import { Attachments } from "./attachments.tsx";
import { BottomBar } from "./bottom-bar.tsx";
import { OptionList, optionId } from "./option-list.tsx";
import { useAttached } from "./use-attached.ts";
import { useComposerKeys } from "./use-composer-keys.ts";
import { useDraft } from "./use-draft.ts";
import { useOffered } from "./use-offered.ts";
import { useSend } from "./use-send.ts";

/** Where the user writes. Enter sends or queues, Ctrl or Cmd with Enter steers, Shift+Enter begins a new line. */
export function Composer() {
  const area = useRef<HTMLTextAreaElement>(null);
  const listId = useId();
  const [text, setText] = useDraft();
  const attached = useAttached();
  const mode = useView((view) => view.status.mode);
  const isRunning = useView((view) => view.isRunning);
  const { send, run, canSend, reason } = useSend(text, attached, () => setText(""));
  const hint = usePlaceholder(reason);
  useFocusOnEntry(area);
  useComposeCommands(area, setText);
  const put = usePut(area, setText);
  const list = useOffered({ text, attached, put, run });
  const onKeyDown = useComposerKeys({ text, list, send, put });
  const hasList = list.options.length > 0;
  return (
    <div className="composer" data-mode={mode} data-region="composer">
      <OptionList
        id={listId}
        label={list.label}
        options={list.options}
        active={list.active}
        choose={(index) => list.choose(index, true)}
      />
      <Attachments items={attached.items} drop={attached.drop} />
      <textarea
        ref={area}
        rows={1}
        className="composer-text"
        value={text}
        placeholder={hint}
        aria-label={t("Message to Plumb")}
        aria-autocomplete="list"
        aria-haspopup="listbox"
        aria-controls={hasList ? listId : undefined}
        aria-activedescendant={hasList ? optionId(listId, list.active) : undefined}
        onChange={(event) => {
          setText(event.target.value);
          list.look(event.target.value, event.target.selectionStart);
        }}
        onKeyDown={onKeyDown}
        onBlur={list.close}
        {...attached.takers}
      />
      <BottomBar
        canSend={canSend}
        hasText={text.trim() !== ""}
        send={() => send(isRunning ? "queue" : "now")}
      />
    </div>
  );
}

/** Replaces the text and puts the caret at a place, before the next key can be pressed. */
function usePut(
  area: RefObject<HTMLTextAreaElement | null>,
  setText: (text: string) => void,
): (next: string, caret: number) => void {
  const place = useRef<number | undefined>(undefined);
  useLayoutEffect(() => {
    if (place.current === undefined) return;
    area.current?.setSelectionRange(place.current, place.current);
    place.current = undefined;
  });
  return (next, caret) => {
    place.current = caret;
    setText(next);
  };
}

function usePlaceholder(reason: string | undefined): string {
  const isRunning = useView((view) => view.isRunning);
  const isMac = useView((view) => view.surroundings.platform === "darwin");
  if (reason !== undefined) return reason;
  if (!isRunning) return t("Ask Plumb, @ adds a file");
  return isMac ? t("Queue a message (⌘Enter steers)") : t("Queue a message (Ctrl+Enter steers)");
}

/** Whoever comes into the panel, by a click on its icon or a key, can type at once; a focus inside it is left alone. */
function useFocusOnEntry(area: RefObject<HTMLTextAreaElement | null>): void {
  useEffect(() => {
    const enter = (): void => {
      if (document.activeElement === document.body) area.current?.focus();
    };
    if (document.hasFocus()) enter();
    window.addEventListener("focus", enter);
    return () => window.removeEventListener("focus", enter);
  }, [area]);
}

/** The host puts text here ("Ask about selection") or wants the focus here. */
function useComposeCommands(
  area: RefObject<HTMLTextAreaElement | null>,
  setText: (text: string) => void,
): void {
  const { store } = usePanel();
  const latest = useRef(setText);
  latest.current = setText;
  useEffect(
    () =>
      store.onCommand((command) => {
        if (command.type === "focus" && command.target !== "composer") return false;
        if (command.type === "compose") latest.current(joinTexts(area.current?.value ?? "", command.text));
        if (command.type === "focus" || command.focus) area.current?.focus();
        return true;
      }),
    [store, area],
  );
}

const joinTexts = (before: string, more: string): string =>
  before.trim() === "" ? more : `${before}${/\s$/.test(before) ? "" : "\n"}${more}`;
