import { createContext, type ReactNode, useContext, useEffect, useState, useSyncExternalStore } from "react";
import type { ViewToHost } from "../../../src/protocol/view.ts";
import type { HostLink } from "./host.ts";
import type { PanelStore } from "./store.ts";
import type { View } from "./view.ts";

export interface Panel {
  readonly store: PanelStore;
  readonly host: HostLink;
}

const Context = createContext<Panel | undefined>(undefined);

export function PanelProvider({ panel, children }: { panel: Panel; children: ReactNode }) {
  return <Context value={panel}>{children}</Context>;
}

export function usePanel(): Panel {
  const panel = useContext(Context);
  if (!panel) throw new Error("There is no panel around this component.");
  return panel;
}

export const usePost = (): ((message: ViewToHost) => void) => usePanel().host.post;

/** `select` must return something that stays the same while nothing changed: a field, not a new object. */
export function useView<T>(select: (view: View) => T): T {
  const { store } = usePanel();
  return useSyncExternalStore(store.subscribe, () => select(store.view));
}

/** The host's time in epoch milliseconds, read again every `everyMs` while `isOn`. */
export function useHostClock(isOn: boolean, everyMs = 1000): number {
  const { store } = usePanel();
  const [now, setNow] = useState(store.hostNow);
  useEffect(() => {
    if (!isOn) return;
    setNow(store.hostNow());
    const timer = setInterval(() => setNow(store.hostNow()), everyMs);
    return () => clearInterval(timer);
  }, [isOn, everyMs, store]);
  return now;
}
