import { t } from "../l10n.ts";
import { useHostClock, usePost, useView } from "../state/panel.tsx";
import { Button } from "../ui/button.tsx";
import { Icon, Spinner } from "../ui/icon.tsx";

/** The last line while a turn runs: the panel is never silent. */
export function Working() {
  const retry = useView((view) => view.status.retry);
  // Where the person wanted it, a line above the message field says so.
  const isMakingRoom = useView((view) => view.status.isMakingRoom && view.compacting === "off");
  const post = usePost();
  const now = useHostClock(retry !== undefined, 250);
  if (!retry) {
    return (
      <p className="working">
        <Spinner /> {isMakingRoom ? t("Summarising the conversation so far, to make room…") : t("Working…")}
      </p>
    );
  }
  const seconds = Math.max(0, Math.ceil((retry.atMs - now) / 1000));
  return (
    <div className="working is-retry">
      <Icon name="clock" />
      <div>
        <p>
          {retry.reason} ·{" "}
          {seconds > 0
            ? t("trying again in {n} s ({attempt} of {all})", {
                n: seconds,
                attempt: retry.attempt,
                all: retry.maxAttempts,
              })
            : t("trying again ({attempt} of {all})", { attempt: retry.attempt, all: retry.maxAttempts })}
        </p>
        <div className="button-row">
          <Button onClick={() => post({ type: "stop" })}>{t("Stop")}</Button>
        </div>
      </div>
    </div>
  );
}
