import { t } from "../l10n.ts";
import { usePanel, useView } from "../state/panel.tsx";
import type { Attached } from "./use-attached.ts";

export interface Sending {
  readonly send: (when: "now" | "queue") => void;
  readonly canSend: boolean;
  /** Why nothing can be sent at all; undefined when it can. */
  readonly reason: string | undefined;
}

export function useSend(text: string, attached: Attached, clear: () => void): Sending {
  const { host } = usePanel();
  const account = useView((view) => view.surroundings.account);
  const readOnlyBecause = useView((view) => view.surroundings.readOnlyBecause);
  const reason =
    account === "none"
      ? t("Sign in or start the tour first")
      : readOnlyBecause === undefined
        ? undefined
        : t("This conversation can only be read here");
  const canSend = reason === undefined && (text.trim() !== "" || attached.items.length > 0);
  const send = (when: "now" | "queue"): void => {
    if (!canSend) return;
    host.post({ type: "prompt", text, attachments: [...attached.items], when });
    attached.clear();
    clear();
  };
  return { send, canSend, reason };
}
