import { type RefObject, useEffect, useLayoutEffect, useRef, useState } from "react";
import type { VirtualizerHandle } from "virtua";

/** Closer to the end than this counts as "at the end". */
const NEAR_PX = 32;

export interface Stick {
  readonly isAtEnd: boolean;
  readonly onScroll: () => void;
  readonly onResize: () => void;
  readonly onScrollEnd: () => void;
  /** For listeners on the scroller: the user's hand is on it, and may be moving up. */
  readonly touched: (isUp: boolean) => void;
  readonly toEnd: () => void;
  readonly release: () => void;
}

export interface Places {
  readonly list: RefObject<VirtualizerHandle | null>;
  readonly scroller: RefObject<HTMLElement | null>;
}

/** Keeps the end in sight while new rows come, until the user scrolls away, and again once they return. */
export function useStick(places: Places, count: number, version: unknown): Stick {
  const { list, scroller } = places;
  const [isAtEnd, setAtEnd] = useState(true);
  const isStuck = useRef(true);
  const isInHand = useRef(false);
  const lastOffset = useRef(0);
  const set = (stuck: boolean): void => {
    if (stuck === isStuck.current) return;
    isStuck.current = stuck;
    setAtEnd(stuck);
  };
  // Not the list's own scrolling: that goes on until it has measured, and would undo what the user does meanwhile.
  const jump = (): void => {
    const element = scroller.current;
    if (element) element.scrollTop = element.scrollHeight;
  };
  // biome-ignore lint/correctness/useExhaustiveDependencies: every new version may have grown the last row
  useLayoutEffect(() => {
    if (isStuck.current && count > 0) jump();
  }, [version, count]);
  return {
    isAtEnd,
    // Lets go at once: while text streams, waiting for the scroll would let the next word pull the reader back.
    touched: (isUp) => {
      isInHand.current = true;
      if (isUp && (list.current?.scrollOffset ?? 0) > 0) set(false);
    },
    onScroll: () => {
      const handle = list.current;
      if (!handle) return;
      const isUp = handle.scrollOffset < lastOffset.current - 1;
      lastOffset.current = handle.scrollOffset;
      // Measuring rows scrolls as well; only the user's own hand lets go of the end.
      if (isUp && isInHand.current) set(false);
      else if (!isUp && isNearEnd(handle)) set(true);
    },
    onScrollEnd: () => {
      isInHand.current = false;
      if (list.current && isNearEnd(list.current)) set(true);
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

const isNearEnd = (handle: VirtualizerHandle): boolean =>
  handle.scrollSize - handle.viewportSize - handle.scrollOffset < NEAR_PX;

const HAND = ["wheel", "touchmove", "keydown", "pointerdown"] as const;
const UP_KEYS: ReadonlySet<string> = new Set(["ArrowUp", "PageUp", "Home"]);

const movesUp = (event: Event): boolean =>
  (event instanceof WheelEvent && event.deltaY < 0) ||
  (event instanceof KeyboardEvent && UP_KEYS.has(event.key));

/** Tells when the user's hand moves the scroller, and lets go of the end when they fold something out there. */
export function useHand(scroller: RefObject<HTMLElement | null>, stick: Stick): void {
  const latest = useRef(stick);
  latest.current = stick;
  useEffect(() => {
    const element = scroller.current;
    if (!element) return;
    const tell = (event: Event): void => latest.current.touched(movesUp(event));
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
