import { type KeyboardEvent, useState } from "react";
import type { QueueItem } from "../../../src/core/events/talk.ts";
import { isText } from "../../../src/core/message.ts";
import { CONTEXT_TAG } from "../../../src/core/row-text.ts";
import { t } from "../l10n.ts";
import { usePanel, useView } from "../state/panel.tsx";
import { IconButton } from "../ui/button.tsx";
import { Icon } from "../ui/icon.tsx";

/** What the person wrote, without the context the machine put around it. */
export const textOf = (item: QueueItem): string =>
  item.content
    .map((block) => (isText(block) && !block.text.startsWith(`<${CONTEXT_TAG}`) ? block.text : ""))
    .filter(Boolean)
    .join("\n");

/** Messages that are sent when the running turn has ended: to be changed, moved or taken back until then. */
export function QueueList() {
  const { host, store } = usePanel();
  const queue = useView((view) => view.status.queue);
  if (queue.length === 0) return null;
  const ids = queue.map((item) => item.id);
  const move = (index: number, by: number): void => {
    const to = index + by;
    const id = ids[index];
    if (id === undefined || to < 0 || to >= ids.length) return;
    host.post({ type: "queue", ids: ids.toSpliced(index, 1).toSpliced(to, 0, id) });
    store.say(t("Moved to place {n} of {all}.", { n: to + 1, all: ids.length }));
  };
  return (
    <section className="strip queue" aria-label={t("Queued messages")}>
      <ol>
        {queue.map((item, index) => (
          <QueueEntry
            key={item.id}
            text={textOf(item)}
            place={index + 1}
            count={queue.length}
            move={(by) => move(index, by)}
            remove={() => host.post({ type: "queue", ids: ids.toSpliced(index, 1) })}
            edit={(text) => host.post({ type: "queue", ids, edited: { id: item.id, text } })}
          />
        ))}
      </ol>
    </section>
  );
}

interface EntryProps {
  readonly text: string;
  readonly place: number;
  readonly count: number;
  readonly move: (by: number) => void;
  readonly remove: () => void;
  readonly edit: (text: string) => void;
}

function QueueEntry({ text, place, count, move, remove, edit }: EntryProps) {
  const [draft, setDraft] = useState<string | undefined>(undefined);
  if (draft !== undefined) {
    const finish = (isKept: boolean): void => {
      if (isKept && draft.trim() && draft !== text) edit(draft);
      setDraft(undefined);
    };
    return (
      <li className="queue-entry is-editing">
        <textarea
          className="text-input"
          aria-label={t("Queued message {n}", { n: place })}
          value={draft}
          ref={(element) => element?.focus()}
          onChange={(event) => setDraft(event.target.value)}
          onKeyDown={(event) => editKey(event, finish)}
        />
        <IconButton icon="check" label={t("Save")} onClick={() => finish(true)} />
        <IconButton icon="close" label={t("Cancel")} onClick={() => finish(false)} />
      </li>
    );
  }
  const moveKey = (event: KeyboardEvent): void => {
    if (!event.altKey || (event.key !== "ArrowUp" && event.key !== "ArrowDown")) return;
    event.preventDefault();
    event.stopPropagation();
    move(event.key === "ArrowUp" ? -1 : 1);
  };
  return (
    <li className="queue-entry">
      <Icon name="clock" />
      <button
        type="button"
        className="queue-text"
        title={t("Edit; Alt+Up and Alt+Down move it")}
        aria-keyshortcuts="Alt+ArrowUp Alt+ArrowDown"
        onClick={() => setDraft(text)}
        onKeyDown={moveKey}
      >
        <span className="sr-only">{t("Queued {n} of {all}, edit:", { n: place, all: count })} </span>
        {text || t("image")}
      </button>
      {place > 1 && <IconButton icon="arrow-up" label={t("Move up")} onClick={() => move(-1)} />}
      {place < count && <IconButton icon="arrow-down" label={t("Move down")} onClick={() => move(1)} />}
      <IconButton icon="close" label={t("Remove from the queue")} onClick={remove} />
    </li>
  );
}

function editKey(event: KeyboardEvent, finish: (isKept: boolean) => void): void {
  const isEnter = event.key === "Enter" && !event.shiftKey && !event.nativeEvent.isComposing;
  if (!isEnter && event.key !== "Escape") return;
  event.preventDefault();
  event.stopPropagation();
  finish(isEnter);
}
