import { type ClipboardEvent, type DragEvent, useEffect, useState } from "react";
import type { Attachment } from "../../../src/protocol/view.ts";
import type { UiState } from "../state/host.ts";
import { usePanel, useView } from "../state/panel.tsx";
import { attachmentsFrom } from "./read-files.ts";

const MAX_ATTACHED = 20;
/** The editor copies what a view keeps whenever it changes; larger pictures than this have to be added again. */
const MAX_KEPT_CHARS = 2_000_000;

export interface Attached {
  /** Those the host attached ("Ask about selection"), then those added here. */
  readonly items: readonly Attachment[];
  readonly add: (items: readonly Attachment[]) => void;
  /** For the text field: takes images and files that are pasted or dropped. */
  readonly takers: {
    readonly onPaste: (event: ClipboardEvent) => void;
    readonly onDrop: (event: DragEvent) => void;
    readonly onDragOver: (event: DragEvent) => void;
  };
  readonly drop: (index: number) => void;
  readonly clear: () => void;
}

/** What goes with the next message. */
export function useAttached(): Attached {
  const { host, store } = usePanel();
  const fromHost = useView((view) => view.surroundings.attachments);
  const sessionId = useView((view) => view.sessionId);
  const [{ own, of }, set] = useState<{ own: readonly Attachment[]; of: string }>(() => ({
    own: keptFor(sessionId, host.readUi()),
    of: sessionId,
  }));
  useEffect(
    () => host.writeUi({ attached: isSmall(own) ? { of, items: [...own] } : undefined }),
    [own, of, host],
  );
  // What was added for one conversation does not follow into another.
  if (of !== sessionId) set({ own: [], of: sessionId });
  const setOwn = (change: (before: readonly Attachment[]) => readonly Attachment[]): void =>
    set((before) => ({ ...before, own: change(before.own) }));
  const add = (items: readonly Attachment[]): void =>
    setOwn((before) =>
      [...before, ...items.filter((item) => !isIn(item, [...fromHost, ...before]))].slice(
        0,
        MAX_ATTACHED - fromHost.length,
      ),
    );
  const report = (thrown: unknown): void =>
    store.apply({
      type: "toast",
      level: "error",
      text: thrown instanceof Error ? thrown.message : String(thrown),
    });
  return {
    items: [...fromHost, ...own],
    add,
    takers: {
      onPaste: (event) => {
        if (event.clipboardData.files.length === 0) return;
        event.preventDefault();
        attachmentsFrom(event.clipboardData).then(add, report);
      },
      onDrop: (event) => {
        event.preventDefault();
        attachmentsFrom(event.dataTransfer).then(add, report);
      },
      onDragOver: (event) => event.preventDefault(),
    },
    drop: (index) => {
      if (index < fromHost.length) host.post({ type: "dropAttachment", index });
      else setOwn((before) => before.toSpliced(index - fromHost.length, 1));
    },
    clear: () => setOwn(() => []),
  };
}

const keptFor = (sessionId: string, { attached }: UiState): readonly Attachment[] =>
  attached?.of === sessionId ? attached.items : [];

const isSmall = (items: readonly Attachment[]): boolean =>
  items.reduce((sum, item) => sum + (item.kind === "image" ? item.base64.length : 0), 0) <= MAX_KEPT_CHARS;

const isIn = (item: Attachment, items: readonly Attachment[]): boolean =>
  item.kind === "file" && items.some((other) => other.kind === "file" && other.path === item.path);
