import { type DragEvent, type KeyboardEvent, useEffect, useId, useRef } from "react";
import { t } from "../l10n.ts";
import { usePanel, useView } from "../state/panel.tsx";
import type { FileHit } from "../state/view.ts";
import { Attachments } from "./attachments.tsx";
import { BottomBar } from "./bottom-bar.tsx";
import { composerKey } from "./keys.ts";
import { completeMention } from "./mention.ts";
import { MentionListBox, optionId } from "./mention-list.tsx";
import { useMode } from "./mode-menu.tsx";
import { useAttached } from "./use-attached.ts";
import { useDraft } from "./use-draft.ts";
import { useMention } from "./use-mention.ts";
import { useSend } from "./use-send.ts";

/** Where the user writes. Enter sends or queues, Ctrl or Cmd with Enter steers, Shift+Enter begins a new line. */
export function Composer() {
  const { store } = usePanel();
  const area = useRef<HTMLTextAreaElement>(null);
  const listId = useId();
  const [text, setText] = useDraft();
  const attached = useAttached();
  const list = useMention();
  const { mode, cycle } = useMode();
  const { send, canSend, reason } = useSend(text, attached, () => setText(""));
  const isRunning = useView((view) => view.isRunning);

  const put = (next: string, caret: number): void => {
    setText(next);
    requestAnimationFrame(() => area.current?.setSelectionRange(caret, caret));
  };
  useEffect(
    () =>
      store.onCommand((command) => {
        if (command.type === "focus" && command.target !== "composer") return false;
        if (command.type === "compose") setText(joinTexts(area.current?.value ?? "", command.text));
        if (command.type === "focus" || command.focus) area.current?.focus();
        return true;
      }),
    // setText only ever sets; a new one each time is the same to us
    // biome-ignore lint/correctness/useExhaustiveDependencies: see above
    [store],
  );
  const choose = (hit: FileHit): void => {
    if (!list.mention) return;
    const done = completeMention(text, list.mention, hit.label);
    attached.add([{ kind: "file", path: hit.path, label: hit.label }]);
    list.close();
    put(done.text, done.caret);
  };
  const onKeyDown = (event: KeyboardEvent): void => {
    const key = composerKey(event, { hasList: list.hits.length > 0, isEmpty: text === "" });
    const last = key === "recall" ? lastPrompt(store.view.rows) : undefined;
    if (!key || (key === "recall" && last === undefined)) return;
    event.preventDefault();
    event.stopPropagation();
    const hit = list.hits[list.active];
    if (key === "send" || key === "steer") send(key === "steer" || !isRunning ? "now" : "queue");
    if (key === "cycleMode") cycle();
    if (key === "choose" && hit) choose(hit);
    if (key === "next" || key === "previous") list.move(key === "next" ? 1 : -1);
    if (key === "closeList") list.close();
    if (last !== undefined) put(last, last.length);
  };
  return (
    <div
      className="composer"
      data-mode={mode}
      data-region="composer"
      onDrop={(event) => drop(event, attached.addFrom)}
      onDragOver={(event) => event.preventDefault()}
    >
      {list.mention && <MentionListBox id={listId} hits={list.hits} active={list.active} choose={choose} />}
      <Attachments items={attached.items} drop={attached.drop} />
      <textarea
        ref={area}
        rows={1}
        className="composer-text"
        value={text}
        placeholder={reason ?? placeholder(isRunning)}
        aria-label={t("Message to Plumb")}
        aria-autocomplete="list"
        aria-haspopup="listbox"
        aria-controls={list.hits.length > 0 ? listId : undefined}
        aria-activedescendant={list.hits.length > 0 ? optionId(listId, list.active) : undefined}
        onChange={(event) => {
          setText(event.target.value);
          list.look(event.target.value, event.target.selectionStart);
        }}
        onKeyDown={onKeyDown}
        onBlur={list.close}
        onPaste={(event) => {
          if (event.clipboardData.files.length === 0) return;
          event.preventDefault();
          attached.addFrom(event.clipboardData);
        }}
      />
      <BottomBar
        canSend={canSend}
        hasText={text.trim() !== ""}
        send={() => send(isRunning ? "queue" : "now")}
      />
    </div>
  );
}

const placeholder = (isRunning: boolean): string =>
  isRunning ? t("Queue a message; Ctrl+Enter sends it at the next step") : t("Ask Plumb, @ adds a file");

function drop(event: DragEvent, add: (data: DataTransfer) => void): void {
  event.preventDefault();
  add(event.dataTransfer);
}

const joinTexts = (before: string, more: string): string =>
  before.trim() === "" ? more : `${before}${/\s$/.test(before) ? "" : "\n"}${more}`;

function lastPrompt(rows: readonly { kind: string; text?: string; origin?: string }[]): string | undefined {
  return rows.findLast((row) => row.kind === "prompt" && row.origin === "user")?.text;
}
