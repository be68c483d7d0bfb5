import { type RefObject, useEffect, useLayoutEffect, useRef, useState } from "react";
import type { VirtualizerHandle } from "virtua";

/** Closer to the end than this counts as "at the end". */
const NEAR_PX = 32;
/** Only a scroll that follows the user's own hand lets go of the end; measuring rows scrolls as well. */
const HAND_MS = 800;

export interface Stick {
  readonly isAtEnd: boolean;
  readonly onScroll: () => void;
  readonly onResize: () => void;
  /** For listeners on the scroller: the user's hand is on it. */
  readonly touched: () => void;
  readonly toEnd: () => void;
  readonly release: () => void;
}

/** Keeps the end in sight while new rows come, until the user scrolls away, and again once they return. */
export function useStick(list: RefObject<VirtualizerHandle | null>, count: number, version: unknown): Stick {
  const [isAtEnd, setAtEnd] = useState(true);
  const isStuck = useRef(true);
  const touchedAt = useRef(0);
  const lastOffset = useRef(0);
  const set = (stuck: boolean): void => {
    isStuck.current = stuck;
    setAtEnd(stuck);
  };
  const jump = (): void => list.current?.scrollToIndex(count - 1, { align: "end" });
  // biome-ignore lint/correctness/useExhaustiveDependencies: every new version may have grown the last row
  useLayoutEffect(() => {
    if (isStuck.current && count > 0) jump();
  }, [version, count]);
  return {
    isAtEnd,
    touched: () => {
      touchedAt.current = performance.now();
    },
    onScroll: () => {
      const handle = list.current;
      if (!handle) return;
      const isNear = handle.scrollSize - handle.viewportSize - handle.scrollOffset < NEAR_PX;
      const isUp = handle.scrollOffset < lastOffset.current - 1;
      lastOffset.current = handle.scrollOffset;
      if (isNear) set(true);
      else if (isUp && performance.now() - touchedAt.current < HAND_MS) set(false);
    },
    onResize: () => {
      if (isStuck.current && count > 0) jump();
    },
    toEnd: () => {
      set(true);
      jump();
    },
    release: () => set(false),
  };
}

const HAND = ["wheel", "touchmove", "keydown", "pointerdown", "pointermove"] as const;

/** Tells when the user's hand moves the scroller, and lets go of the end when they fold something out there. */
export function useHand(scroller: RefObject<HTMLElement | null>, stick: Stick): void {
  const latest = useRef(stick);
  latest.current = stick;
  useEffect(() => {
    const element = scroller.current;
    if (!element) return;
    const tell = (): void => latest.current.touched();
    // What is folded out must stay under the pointer instead of jumping up.
    const hold = ({ target }: Event): void => {
      if (target instanceof Element && target.closest("[aria-expanded], .show-all")) latest.current.release();
    };
    for (const name of HAND) element.addEventListener(name, tell, { passive: true });
    element.addEventListener("click", hold);
    return () => {
      for (const name of HAND) element.removeEventListener(name, tell);
      element.removeEventListener("click", hold);
    };
  }, [scroller]);
}
