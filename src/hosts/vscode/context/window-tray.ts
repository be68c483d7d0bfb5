import { FREE } from "../../../core/budget-settings.ts";
import type { HostToView } from "../../../protocol/view.ts";
import type { PlumbWindow, WindowParts } from "../plumb-window.ts";
import { readSettings } from "../settings.ts";
import { ContextTray } from "./context-tray.ts";

/** The tray of a window, with the prices and limits that hold in it. */
export function windowTray(
  window: PlumbWindow,
  { chats, engine, view }: WindowParts,
  send: (message: HostToView) => void,
): ContextTray {
  return new ContextTray({
    ...{ chats, engine, send },
    attempt: (work) => window.attempt(work),
    models: () => window.knownModels(),
    model: () => window.models.now().model,
    priceOf: (model) => (window.accounts.isTour ? FREE : readSettings().priceOf(model)),
    hasLimits: () => Object.values(readSettings().budget).some((dollars) => dollars !== undefined),
    reveal: () => view.reveal(),
  });
}
