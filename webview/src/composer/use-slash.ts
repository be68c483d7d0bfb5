import { useState } from "react";
import { findSlash, type SlashInfo } from "../../../src/protocol/slash.ts";
import { useView } from "../state/panel.tsx";

const NONE: readonly SlashInfo[] = [];

export interface SlashList {
  readonly hits: readonly SlashInfo[];
  readonly active: number;
  readonly move: (by: number) => void;
  readonly close: () => void;
  /** Looks again for a command whose name is being typed at the beginning. */
  readonly look: (text: string, caret: number) => void;
}

export const useSlashCommands = (): readonly SlashInfo[] =>
  useView((view) => view.surroundings.slash ?? NONE);

/** Commands whose names fit what is typed behind a slash at the beginning of the message. */
export function useSlash(): SlashList {
  const commands = useSlashCommands();
  const [typed, setTyped] = useState<string | undefined>(undefined);
  const [active, setActive] = useState(0);
  const [isDismissed, setDismissed] = useState(false);
  const hits = typed === undefined || isDismissed ? NONE : findSlash(typed, commands);
  return {
    hits,
    active: Math.min(active, Math.max(0, hits.length - 1)),
    move: (by) => setActive((active + by + hits.length) % Math.max(1, hits.length)),
    close: () => setDismissed(typed !== undefined),
    look: (text, caret) => {
      const found = /^\/([\w-]*)$/.exec(text.slice(0, caret))?.[1];
      // A slash alone is the beginning of another try.
      if (!found) setDismissed(false);
      if (found !== typed) setActive(0);
      setTyped(found);
    },
  };
}
