import type { ReactNode } from "react";
import { t } from "../l10n.ts";
import { usePost, useView } from "../state/panel.tsx";
import { Button } from "../ui/button.tsx";
import { Icon, type IconName } from "../ui/icon.tsx";

/** Facts of the window that change what Plumb can do; they stay while they hold. */
export function Banners() {
  const post = usePost();
  const { account, isAway, isTrusted, hasFolder, readOnlyBecause } = useView((view) => view.surroundings);
  const id = useView((view) => view.sessionId);
  const mode = useView((view) => view.status.mode);
  // An empty conversation is the welcome, which offers it already.
  const isWelcome = useView((view) => view.rows.length === 0 && !view.isRunning);
  return (
    <>
      {account === "none" && !isWelcome && (
        <Banner
          icon="info"
          kind="info"
          action={<Button onClick={() => post({ type: "signIn" })}>{t("Sign in")}</Button>}
        >
          <strong>{t("Signed out")}</strong> · {t("Sign in to go on with this conversation.")}
        </Banner>
      )}
      {account === "tour" && (
        <Banner
          icon="mortar-board"
          kind="tour"
          action={<Button onClick={() => post({ type: "leaveTour" })}>{t("Leave")}</Button>}
        >
          <strong>{t("Offline tour")}</strong> · {t("scripted, no AI involved")}
        </Banner>
      )}
      {readOnlyBecause !== undefined && (
        <Banner icon="eye" kind="info">
          <strong>{t("Read only")}</strong> · {readOnlyBecause}
          <span className="button-row">
            <Button onClick={() => post({ type: "openSession", id })}>{t("Try again")}</Button>
            <Button onClick={() => post({ type: "newChat" })}>{t("New chat")}</Button>
          </span>
        </Banner>
      )}
      {!isTrusted && (
        <Banner icon="shield" kind="warning">
          <strong>{t("Restricted mode")}</strong> ·{" "}
          {t("Plumb can read and answer here. It runs and changes nothing until you trust this workspace.")}
        </Banner>
      )}
      {isAway && (
        <Banner
          icon="clock"
          kind="info"
          action={<Button onClick={() => post({ type: "away", isAway: false })}>{t("I’m back")}</Button>}
        >
          <strong>{t("You are away")}</strong> ·{" "}
          {t("Questions wait for you, other work goes on. Nothing is allowed because of it.")}
        </Banner>
      )}
      {mode === "bypass" && (
        <Banner
          icon="warning"
          kind="danger"
          action={<Button onClick={() => post({ type: "mode", mode: "ask" })}>{t("Turn off")}</Button>}
        >
          <strong>{t("Bypass is on")}</strong> ·{" "}
          {t(
            "Plumb runs and changes things without asking. Only protected files and your own rules still ask.",
          )}
        </Banner>
      )}
      {!hasFolder && account !== "none" && (
        <Banner icon="folder" kind="info">
          <strong>{t("No folder is open")}</strong> ·{" "}
          {t("Plumb can chat, but has no files to work on. Open a folder to give it some.")}
        </Banner>
      )}
    </>
  );
}

type BannerProps = {
  icon: IconName;
  kind: "tour" | "info" | "warning" | "danger";
  children: ReactNode;
  action?: ReactNode;
};

const Banner = ({ icon, kind, children, action }: BannerProps) => (
  <div className="banner" data-kind={kind}>
    <Icon name={icon} />
    <p>{children}</p>
    {action}
  </div>
);
