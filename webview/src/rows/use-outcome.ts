import { type RefObject, useEffect, useRef, useState } from "react";
import type { EditState } from "../../../src/core/rows.ts";
import { usePost, useView } from "../state/panel.tsx";
import type { EditOutcome } from "../state/pending.ts";

/** While somebody types in the file, each key makes another text of it. */
const TYPING_MS = 150;

/**
 * What became of an edit, hunk by hunk; undefined until the host has said it. It is asked when the edit comes into view,
 * and again when its file or the decision about it is another.
 */
export function useOutcome(
  { editId, path, state }: EditState,
  place: RefObject<HTMLElement | null>,
  withLines = false,
): EditOutcome | undefined {
  const post = usePost();
  const outcome = useView((view) => view.outcomes.get(editId));
  const version = useView((view) => view.pending.byPath.get(path)?.version);
  const isSeen = useSeen(place);
  const wasAsked = useRef(false);
  // biome-ignore lint/correctness/useExhaustiveDependencies: what the host would answer depends on them
  useEffect(() => {
    if (!isSeen || state === "failed") return;
    const ask = (): void => {
      wasAsked.current = true;
      post({ type: "edit", editId, withLines });
    };
    const timer = setTimeout(ask, wasAsked.current ? TYPING_MS : 0);
    return () => clearTimeout(timer);
  }, [isSeen, post, editId, withLines, state, version]);
  return outcome;
}

/** True from when the element was on screen first. */
function useSeen(place: RefObject<HTMLElement | null>): boolean {
  const [isSeen, setSeen] = useState(false);
  useEffect(() => {
    if (isSeen || !place.current) return;
    const observer = new IntersectionObserver((entries) => {
      if (entries.some(({ isIntersecting }) => isIntersecting)) setSeen(true);
    });
    observer.observe(place.current);
    return () => observer.disconnect();
  }, [isSeen, place]);
  return isSeen;
}
