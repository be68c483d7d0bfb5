import { t } from "../l10n.ts";
import { usePost, useView } from "../state/panel.tsx";
import { IconButton } from "../ui/button.tsx";
import { Meter } from "./meter.tsx";
import { ModeMenu } from "./mode-menu.tsx";
import { ModelMenu } from "./model-menu.tsx";

type Props = { readonly canSend: boolean; readonly hasText: boolean; readonly send: () => void };

export function BottomBar({ canSend, hasText, send }: Props) {
  const post = usePost();
  const isRunning = useView((view) => view.isRunning);
  return (
    <div className="bottom-bar">
      <ModeMenu />
      <ModelMenu />
      <span className="bottom-gap" />
      <Meter />
      {isRunning && (
        <IconButton
          className="stop"
          icon="debug-stop"
          label={t("Stop (Esc)")}
          onClick={() => post({ type: "stop" })}
        />
      )}
      {(!isRunning || hasText) && (
        <IconButton
          className="send"
          icon="send"
          label={isRunning ? t("Queue (Enter)") : t("Send (Enter)")}
          disabled={!canSend}
          onClick={send}
        />
      )}
    </div>
  );
}
