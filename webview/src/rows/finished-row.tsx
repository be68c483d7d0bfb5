import { memo } from "react";
import type { Row } from "../../../src/core/rows.ts";
import { makeVisible } from "../../../src/core/visible.ts";
import type { ViewToHost } from "../../../src/protocol/view.ts";
import { t } from "../l10n.ts";
import { usePost, useView } from "../state/panel.tsx";
import { Button } from "../ui/button.tsx";
import { Icon } from "../ui/icon.tsx";

type Finished = Extract<Row, { kind: "finished" }>;
type Action = { readonly label: string; readonly message: ViewToHost; readonly isMain: boolean };

const again = (label: string): Action => ({ label, message: { type: "continue" }, isMain: true });
const newChat = (isMain: boolean): Action => ({ label: t("New chat"), message: { type: "newChat" }, isMain });
const settings = (): Action => ({ label: t("Settings"), message: { type: "openSettings" }, isMain: false });

/** What can be done about each kind of ending; the button that does it stands beside the words. */
function actionsFor({ outcome, error }: Finished): readonly Action[] {
  if (outcome === "cancelled" || outcome === "step_limit") return [again(t("Continue"))];
  switch (error?.kind) {
    case "auth":
    case "no_key":
      return [
        { label: t("Sign in"), message: { type: "signIn" }, isMain: true },
        error.kind === "no_key"
          ? { label: t("Try without a key"), message: { type: "startTour" }, isMain: false }
          : { ...again(t("Try again")), isMain: false },
      ];
    case "context_overflow":
    case "bad_history":
    case "locked":
      return [newChat(true)];
    case "unknown_model":
      return [
        { label: t("Choose a model"), message: { type: "selectModel" }, isMain: true },
        { ...again(t("Try again")), isMain: false },
      ];
    case "budget":
      return [again(t("Go on")), settings()];
    case "invalid_request":
      return [again(t("Try again")), settings()];
    case "output_limit":
    case "stuck":
      return [again(t("Continue"))];
    default:
      return [again(t("Try again"))];
  }
}

const headline = ({ outcome, error }: Finished): string => {
  if (outcome === "cancelled") return t("Stopped.");
  if (outcome === "step_limit") return t("Plumb worked for many steps and paused to let you look.");
  return error?.message ?? t("Something went wrong.");
};

export const FinishedRow = memo(function FinishedRow({ row, isLast }: { row: Finished; isLast: boolean }) {
  const post = usePost();
  const isReadOnly = useView((view) => view.surroundings.readOnlyBecause !== undefined);
  const isFailure = row.outcome === "failed";
  const actions = isLast && !isReadOnly && row.agentId === "main" ? actionsFor(row) : [];
  return (
    <div className={isFailure ? "finished is-failure" : "finished"}>
      <Icon name={isFailure ? "error" : "circle-slash"} />
      <div className="finished-words">
        <p>{makeVisible(headline(row))}</p>
        {row.error?.hint && <p className="muted">{row.error.hint}</p>}
        {actions.length > 0 && (
          <div className="button-row">
            {actions.map(({ label, message, isMain }) => (
              <Button
                key={label}
                kind={isMain && isFailure ? "primary" : "secondary"}
                onClick={() => post(message)}
              >
                {label}
              </Button>
            ))}
          </div>
        )}
      </div>
    </div>
  );
});
