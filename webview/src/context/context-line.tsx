import { type ReactNode, useEffect, useState } from "react";
import { useShare } from "../composer/meter.tsx";
import { t } from "../l10n.ts";
import { usePanel, useView } from "../state/panel.tsx";
import type { View } from "../state/view.ts";
import { formatCost } from "../text/format.ts";
import { Button, IconButton } from "../ui/button.tsx";
import { Icon, Spinner } from "../ui/icon.tsx";

/** Shares of the window at which it is said again, after it was waved away. */
const STEPS = [0.75, 0.9, 0.96];

/** A quiet line above the composer: the window is nearly full, a limit is near, or room is being made. */
export function ContextLine() {
  const compacting = useView((view) => view.compacting);
  const share = useShare();
  const [dismissed, setDismissed] = useState(0);
  const step = STEPS.filter((one) => share >= one).length;
  const limits = useView((view) => view.limits);
  const [accepted, setAccepted] = useState<readonly string[]>([]);
  if (compacting !== "off") return <Compacting key={compacting} isWaiting={compacting === "waiting"} />;
  const limit = limits.find((one) => !accepted.includes(keyOf(one)));
  if (limit)
    return (
      <NearLimit key={keyOf(limit)} limit={limit} dismiss={() => setAccepted([...accepted, keyOf(limit)])} />
    );
  if (step <= dismissed) return null;
  return <NearlyFull percent={Math.round(share * 100)} dismiss={() => setDismissed(step)} />;
}

type Limit = View["limits"][number];
/** Another sum, or that it is reached now, is said again. */
const keyOf = ({ scope, dollars, spent }: Limit): string => `${scope} ${dollars} ${spent >= dollars}`;

function limitWords({ scope, dollars, spent }: Limit): string {
  const values = { spent: formatCost(spent), limit: formatCost(dollars) };
  switch (scope) {
    case "run":
      return t("This run has cost {spent} of your limit of {limit}.", values);
    case "session":
      return t("This chat has cost {spent} of your limit of {limit}.", values);
    case "day":
      return t("Today’s chats have cost {spent} of your limit of {limit}.", values);
    default:
      return scope satisfies never;
  }
}

function NearLimit({ limit, dismiss }: { limit: Limit; dismiss: () => void }) {
  const { host } = usePanel();
  const { scope } = limit;
  const raised = 2 * Math.max(limit.dollars, limit.spent);
  const words = limitWords(limit);
  return (
    <Warning words={words} more={t("What for?")} tray="cost" dismiss={dismiss}>
      <Button onClick={() => host.post({ type: "raiseLimit", scope, dollars: raised })}>
        {t("Raise to {limit}", { limit: formatCost(raised) })}
      </Button>
    </Warning>
  );
}

function Compacting({ isWaiting }: { isWaiting: boolean }) {
  const { host } = usePanel();
  const words = isWaiting
    ? t("Room is made before the next request.")
    : t("Making room: the conversation so far is being summarised…");
  useSay(words);
  return (
    <div className="context-line">
      {isWaiting ? <Icon name="clock" /> : <Spinner />}
      <p>{words}</p>
      {!isWaiting && <Button onClick={() => host.post({ type: "stopCompacting" })}>{t("Stop")}</Button>}
    </div>
  );
}

function NearlyFull({ percent, dismiss }: { percent: number; dismiss: () => void }) {
  const { host } = usePanel();
  const words = t("The context is {percent} % full.", { percent });
  return (
    <Warning words={words} more={t("What fills it?")} tray="window" dismiss={dismiss}>
      <Button onClick={() => host.post({ type: "compact", keep: "" })}>{t("Compact now")}</Button>
    </Warning>
  );
}

/** What is said, where more about it is seen, and what can be done (`children`) in a conversation that may be changed. */
function Warning(props: {
  words: string;
  more: string;
  tray: "cost" | "window";
  dismiss: () => void;
  children: ReactNode;
}) {
  const { words, more, tray, dismiss, children } = props;
  const { store } = usePanel();
  const isReadOnly = useView((view) => view.surroundings.readOnlyBecause !== undefined);
  useSay(words);
  return (
    <div className="context-line" data-kind="warning">
      <Icon name="warning" />
      <p>
        {words}{" "}
        <button type="button" className="show-all" onClick={() => store.change({ tray })}>
          {more}
        </button>
      </p>
      {!isReadOnly && children}
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
