import { useEffect, useRef, useState } from "react";
import { usePanel, useView } from "../state/panel.tsx";
import type { FileHit } from "../state/view.ts";
import { type Mention, mentionAt } from "./mention.ts";

const ASK_AFTER_MS = 30;

export interface MentionList {
  readonly mention: Mention | undefined;
  readonly hits: readonly FileHit[];
  readonly active: number;
  readonly move: (by: number) => void;
  readonly close: () => void;
  /** Looks again for an "@" before the caret. */
  readonly look: (text: string, caret: number) => void;
}

/**
 * Files whose names match the "@" that is being typed. The host searches. Until it has answered, what it said of the
 * beginning of the words stays, as far as it still fits: an Enter meant for the list must not find it gone, and send.
 */
export function useMention(): MentionList {
  const { host } = usePanel();
  const files = useView((view) => view.files);
  const [mention, setMention] = useState<Mention | undefined>(undefined);
  const [active, setActive] = useState(0);
  /** What was asked, by the number of the request. */
  const asked = useRef<readonly string[]>([""]);
  const dismissedAt = useRef(-1);
  const query = mention?.query;
  useEffect(() => {
    if (query === undefined) return;
    setActive(0);
    const timer = setTimeout(() => {
      host.post({ type: "files", query, requestId: asked.current.length });
      asked.current = [...asked.current, query];
    }, ASK_AFTER_MS);
    return () => clearTimeout(timer);
  }, [query, host]);
  const answered = files.requestId > 0 ? asked.current[files.requestId] : undefined;
  const hits = query === undefined || answered === undefined ? [] : stillFit(files.hits, answered, query);
  return {
    mention,
    hits,
    active: Math.min(active, Math.max(0, hits.length - 1)),
    move: (by) => setActive((active + by + hits.length) % Math.max(1, hits.length)),
    close: () => {
      dismissedAt.current = mention?.at ?? -1;
      setMention(undefined);
    },
    look: (text, caret) => {
      const found = mentionAt(text, caret);
      if (found?.at !== dismissedAt.current) dismissedAt.current = -1;
      setMention(found && found.at !== dismissedAt.current ? found : undefined);
    },
  };
}

/** Of what was found for the beginning of a query, what has the letters of all of it in their order. */
function stillFit(hits: readonly FileHit[], answered: string, query: string): readonly FileHit[] {
  if (query === answered) return hits;
  if (!query.startsWith(answered)) return [];
  const letters = query.toLowerCase();
  return hits.filter(({ label }) => {
    let found = 0;
    for (const letter of label.toLowerCase()) if (letter === letters[found]) found += 1;
    return found === letters.length;
  });
}
