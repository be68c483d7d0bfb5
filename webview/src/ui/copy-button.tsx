import { useEffect, useState } from "react";
import { t } from "../l10n.ts";
import { usePanel } from "../state/panel.tsx";
import { IconButton } from "./button.tsx";

const MAX_COPY = 1_000_000;

export function CopyButton({ text, label }: { text: string; label: string }) {
  const { host, store } = usePanel();
  const [isCopied, setCopied] = useState(false);
  useEffect(() => {
    if (!isCopied) return;
    const timer = setTimeout(() => setCopied(false), 1600);
    return () => clearTimeout(timer);
  }, [isCopied]);
  const copy = (): void => {
    host.post({ type: "copy", text: text.slice(0, MAX_COPY) });
    store.say(t("Copied."));
    setCopied(true);
  };
  return (
    <IconButton
      className="copy"
      icon={isCopied ? "check" : "copy"}
      label={isCopied ? t("Copied") : label}
      onClick={copy}
    />
  );
}
