import { t } from "../l10n.ts";
import { splitPath } from "../text/format.ts";
import { completeMention } from "./mention.ts";
import type { Option } from "./option-list.tsx";
import type { Attached } from "./use-attached.ts";
import { useMention } from "./use-mention.ts";
import { useSlash } from "./use-slash.ts";

/** The list above the text field: files for an "@", commands for a "/" at the beginning. */
export interface Offered {
  readonly label: string;
  readonly options: readonly Option[];
  readonly active: number;
  readonly move: (by: number) => void;
  readonly close: () => void;
  readonly look: (text: string, caret: number) => void;
  /** `isRun`: chosen to be done, not to be written on. */
  readonly choose: (index: number, isRun: boolean) => void;
}

interface Parts {
  readonly text: string;
  readonly attached: Attached;
  /** Replaces the text and puts the caret there. */
  readonly put: (text: string, caret: number) => void;
  /** Runs the command that this text is. */
  readonly run: (command: string) => void;
}

export function useOffered({ text, attached, put, run }: Parts): Offered {
  const files = useMention();
  const commands = useSlash();
  const look = (next: string, caret: number): void => {
    files.look(next, caret);
    commands.look(next, caret);
  };
  if (commands.hits.length > 0) {
    const { hits, active, move, close } = commands;
    return {
      ...{ label: t("Commands"), active, move, close, look },
      options: hits.map(({ name, argumentHint = "", description }) => ({
        key: name,
        icon: "terminal" as const,
        name: `/${name}${argumentHint && ` ${argumentHint}`}`,
        note: t(description),
      })),
      choose: (index, isRun) => {
        const command = hits[index];
        if (!command) return;
        const typed = `/${command.name}`;
        const rest = /^\S*\s*([\s\S]*)$/.exec(text)?.[1] ?? "";
        close();
        // What takes an argument is run when nothing is left to be completed, or at the next Enter.
        if (isRun && rest === "" && (command.argumentHint === undefined || text === typed)) return run(typed);
        put(`${typed} ${rest}`, typed.length + 1);
      },
    };
  }
  const { hits, active, move, close, mention } = files;
  return {
    ...{ label: t("Files"), active, move, close, look },
    options: hits.map(({ path, label }) => {
      const { folder, name } = splitPath(label);
      return { key: path, icon: "file" as const, name, note: folder };
    }),
    choose: (index) => {
      const hit = hits[index];
      if (!hit || !mention) return;
      const done = completeMention(text, mention, hit.label);
      attached.add([{ kind: "file", path: hit.path, label: hit.label }]);
      close();
      put(done.text, done.caret);
    },
  };
}
