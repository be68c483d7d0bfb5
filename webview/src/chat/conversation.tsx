import { useEffect, useLayoutEffect, useRef } from "react";
import { Virtualizer, type VirtualizerHandle } from "virtua";
import type { Row } from "../../../src/core/rows.ts";
import { t } from "../l10n.ts";
import { RowView } from "../rows/row-view.tsx";
import { usePanel, useView } from "../state/panel.tsx";
import { Working } from "../status/working.tsx";
import { Spinner } from "../ui/icon.tsx";
import { JumpPill } from "./jump-pill.tsx";
import { usePlace } from "./use-place.ts";
import { useHand, useStick } from "./use-stick.ts";

type Item = Row | { readonly kind: "working"; readonly key: string };
const WORKING: Item = { kind: "working", key: "working" };

const OLDER_WITHIN_PX = 600;
const BUFFER_PX = 500;

/** The rows, of which only those in sight are elements. */
export function Conversation() {
  const rows = useView((view) => view.rows);
  const isRunning = useView((view) => view.isRunning);
  const isWaiting = useView((view) => view.waiting !== undefined);
  const prepends = useView((view) => view.prepends);
  const scroller = useRef<HTMLDivElement>(null);
  const list = useRef<VirtualizerHandle>(null);
  const items: readonly Item[] = isRunning && !isWaiting ? [...rows, WORKING] : rows;
  const lastPrepends = useRef(prepends);
  const isShifted = lastPrepends.current !== prepends;
  const stick = useStick({ list, scroller }, items.length, rows);
  const fetchOlder = useOlder(list);
  const remember = usePlace(list, rows, stick);
  useHand(scroller, stick);
  useLayoutEffect(() => {
    lastPrepends.current = prepends;
  }, [prepends]);
  const lastKey = rows.at(-1)?.key;
  return (
    <div className="conversation">
      <div
        ref={scroller}
        className="scroller"
        data-region="conversation"
        role="log"
        aria-live="off"
        aria-label={t("Conversation")}
        // biome-ignore lint/a11y/noNoninteractiveTabindex: what scrolls must be reachable by keyboard
        tabIndex={0}
      >
        <Virtualizer
          ref={list}
          scrollRef={scroller}
          data={items}
          shift={isShifted}
          bufferSize={BUFFER_PX}
          onScroll={() => {
            stick.onScroll();
            fetchOlder();
            remember();
          }}
          onScrollEnd={stick.onScrollEnd}
          onResize={stick.onResize}
        >
          {(item) =>
            item.kind === "working" ? (
              <Working key={item.key} />
            ) : (
              <RowView key={item.key} row={item} isLast={item.key === lastKey} />
            )
          }
        </Virtualizer>
      </div>
      <OlderNote />
      <JumpPill isAtEnd={stick.isAtEnd} count={rows.length} jump={stick.toEnd} />
    </div>
  );
}

/** Asks for earlier rows when the reader comes near the top, once at a time. */
function useOlder(list: { readonly current: VirtualizerHandle | null }): () => void {
  const { host, store } = usePanel();
  const asked = useRef<string | undefined>(undefined);
  const hasOlder = useView((view) => view.hasOlder);
  const fetch = (): void => {
    const key = store.oldestKey;
    const handle = list.current;
    if (!hasOlder || key === undefined || asked.current === key || !handle) return;
    if (handle.scrollOffset > OLDER_WITHIN_PX) return;
    asked.current = key;
    host.post({ type: "older", beforeKey: key });
  };
  // A short window may show its first row without ever being scrolled.
  useEffect(() => {
    const handle = list.current;
    if (handle && handle.scrollSize <= handle.viewportSize + OLDER_WITHIN_PX) fetch();
  });
  return fetch;
}

function OlderNote() {
  const hasOlder = useView((view) => view.hasOlder);
  return hasOlder ? (
    <p className="older-note">
      <Spinner /> {t("Earlier messages load as you scroll up")}
    </p>
  ) : null;
}
