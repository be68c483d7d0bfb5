import { useEffect, useState } from "react";
import { useShare } from "../composer/meter.tsx";
import { t } from "../l10n.ts";
import { usePanel, useView } from "../state/panel.tsx";
import { Button, IconButton } from "../ui/button.tsx";
import { Icon, Spinner } from "../ui/icon.tsx";

/** Shares of the window at which it is said again, after it was waved away. */
const STEPS = [0.8, 0.9, 0.96];

/** A quiet line above the composer: the window is nearly full, or room is being made. */
export function ContextLine() {
  const isCompacting = useView((view) => view.isCompacting);
  const share = useShare();
  const [dismissed, setDismissed] = useState(0);
  const step = STEPS.filter((one) => share >= one).length;
  if (isCompacting) return <Compacting />;
  if (step <= dismissed) return null;
  return <NearlyFull percent={Math.round(share * 100)} dismiss={() => setDismissed(step)} />;
}

function Compacting() {
  const { host } = usePanel();
  const words = t("Making room: the conversation so far is being summarised…");
  useSay(words);
  return (
    <div className="context-line">
      <Spinner />
      <p>{words}</p>
      <Button onClick={() => host.post({ type: "stopCompacting" })}>{t("Stop")}</Button>
    </div>
  );
}

function NearlyFull({ percent, dismiss }: { percent: number; dismiss: () => void }) {
  const { host, store } = usePanel();
  const isReadOnly = useView((view) => view.surroundings.readOnlyBecause !== undefined);
  const words = t("The model’s window is {percent} % full.", { percent });
  useSay(words);
  return (
    <div className="context-line" data-kind="warning">
      <Icon name="warning" />
      <p>
        {words}{" "}
        <button type="button" className="show-all" onClick={() => store.change({ tray: "window" })}>
          {t("What fills it?")}
        </button>
      </p>
      {!isReadOnly && (
        <Button onClick={() => host.post({ type: "compact", keep: "" })}>{t("Compact now")}</Button>
      )}
      <IconButton icon="close" label={t("Go on")} onClick={dismiss} />
    </div>
  );
}

/** Read aloud when it appears, and not again for every figure in it. */
function useSay(words: string): void {
  const { store } = usePanel();
  // biome-ignore lint/correctness/useExhaustiveDependencies: once
  useEffect(() => store.say(words), [store]);
}
