import { useRef } from "react";
import { readSlash, type SlashReading } from "../../../src/protocol/slash.ts";
import { t } from "../l10n.ts";
import { usePanel, useView } from "../state/panel.tsx";
import type { Attached } from "./use-attached.ts";
import { useSlashCommands } from "./use-slash.ts";

export interface Sending {
  readonly send: (when: "now" | "queue") => void;
  /** Runs the command that a text is, whatever else stands in the field. */
  readonly run: (text: string) => void;
  readonly canSend: boolean;
  /** Why nothing can be sent at all; undefined when it can. */
  readonly reason: string | undefined;
}

export function useSend(text: string, attached: Attached, clear: () => void): Sending {
  const { host, store } = usePanel();
  const commands = useSlashCommands();
  const account = useView((view) => view.surroundings.account);
  const readOnlyBecause = useView((view) => view.surroundings.readOnlyBecause);
  const warned = useRef("");
  const reason =
    account === "none"
      ? t("Sign in or start the tour first")
      : readOnlyBecause === undefined
        ? undefined
        : t("This conversation can only be read here");
  const reading = readSlash(text, commands);
  // Commands say themselves what they cannot do.
  const canSend =
    reading.kind === "command" || (reason === undefined && (text.trim() !== "" || attached.items.length > 0));
  /** True when the text was a command, or looks so much like one that it is not sent before that was said. */
  const isTaken = (read: SlashReading): boolean => {
    if (read.kind === "command") {
      host.post({ type: "slash", name: read.name, argument: read.argument.slice(0, 10_000) });
      clear();
      return true;
    }
    if (read.kind === "message" || warned.current === text) return false;
    warned.current = text;
    store.apply({ type: "toast", level: "info", text: unknownWords(read) });
    return true;
  };
  const send = (when: "now" | "queue"): void => {
    if (!canSend || isTaken(reading)) return;
    host.post({ type: "prompt", text, attachments: [...attached.items], when });
    attached.clear();
    clear();
  };
  return { send, run: (command) => void isTaken(readSlash(command, commands)), canSend, reason };
}

function unknownWords({ name, near }: Extract<SlashReading, { kind: "unknown" }>): string {
  const none =
    near === undefined
      ? t("There is no command /{name}.", { name })
      : t("There is no command /{name}. Did you mean /{near}?", { name, near });
  return `${none} ${t("Press Enter again to send it as a message.")}`;
}
