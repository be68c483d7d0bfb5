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

/** Files whose names match the "@" that is being typed. The host searches; answers to older questions are dropped. */
export function useMention(): MentionList {
  const { host } = usePanel();
  const files = useView((view) => view.files);
  const [mention, setMention] = useState<Mention | undefined>(undefined);
  const [active, setActive] = useState(0);
  const requestId = useRef(0);
  const dismissedAt = useRef(-1);
  const query = mention?.query;
  useEffect(() => {
    if (query === undefined) return;
    setActive(0);
    const timer = setTimeout(() => {
      requestId.current += 1;
      host.post({ type: "files", query, requestId: requestId.current });
    }, ASK_AFTER_MS);
    return () => clearTimeout(timer);
  }, [query, host]);
  const hits = mention && files.requestId === requestId.current ? files.hits : [];
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
