import { type RefObject, useEffect, useRef } from "react";
import type { VirtualizerHandle } from "virtua";
import type { Row } from "../../../src/core/rows.ts";
import { usePanel, useView } from "../state/panel.tsx";
import type { Stick } from "./use-stick.ts";

const REMEMBER_AFTER_MS = 150;

/** Remembers which row is at the top, and goes back there when the panel is shown again. */
export function usePlace(
  list: RefObject<VirtualizerHandle | null>,
  rows: readonly Row[],
  stick: Stick,
): () => void {
  const { host } = usePanel();
  const sessionId = useView((view) => view.sessionId);
  const restored = useRef("");
  const timer = useRef<ReturnType<typeof setTimeout> | undefined>(undefined);
  // biome-ignore lint/correctness/useExhaustiveDependencies: once for every session, when its rows are there
  useEffect(() => {
    if (rows.length === 0 || restored.current === sessionId) return;
    const isFirst = restored.current === "";
    restored.current = sessionId;
    const { scroll, sessionId: stored } = host.readUi();
    const index =
      isFirst && stored === sessionId && scroll ? rows.findIndex((row) => row.key === scroll.key) : -1;
    if (index < 0 || !scroll) return stick.toEnd();
    stick.release();
    list.current?.scrollToIndex(index, { align: "start", offset: scroll.offset });
  }, [rows, sessionId]);
  const latest = useRef({ rows, stick });
  latest.current = { rows, stick };
  return () => {
    clearTimeout(timer.current);
    timer.current = setTimeout(() => {
      const handle = list.current;
      if (!handle) return;
      const index = handle.findItemIndex(handle.scrollOffset);
      const row = latest.current.rows[index];
      const offset = handle.scrollOffset - handle.getItemOffset(index);
      host.writeUi({
        sessionId,
        scroll: latest.current.stick.isAtEnd || !row ? undefined : { key: row.key, offset },
      });
    }, REMEMBER_AFTER_MS);
  };
}
