import { useEffect } from "react";
import { t } from "../l10n.ts";
import { usePanel, useView } from "../state/panel.tsx";
import type { Toast } from "../state/view.ts";
import { IconButton } from "../ui/button.tsx";
import { Icon } from "../ui/icon.tsx";

/** News goes away by itself; an error waits until it was read. */
const NEWS_MS = 6000;

export function Toasts() {
  const toasts = useView((view) => view.toasts);
  return toasts.map((toast) => <ToastView key={toast.id} toast={toast} />);
}

function ToastView({ toast }: { toast: Toast }) {
  const { store } = usePanel();
  useEffect(() => {
    if (toast.level === "error") return;
    const timer = setTimeout(() => store.dismissToast(toast.id), NEWS_MS);
    return () => clearTimeout(timer);
  }, [toast, store]);
  return (
    <div className="toast" data-level={toast.level}>
      <Icon name={toast.level === "error" ? "error" : "info"} />
      <p>{toast.text}</p>
      <IconButton icon="close" label={t("Dismiss")} onClick={() => store.dismissToast(toast.id)} />
    </div>
  );
}
