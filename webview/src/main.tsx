import "./state/jitless.ts";
import { createRoot } from "react-dom/client";
import { PROTOCOL } from "../../src/protocol/view.ts";
import { App } from "./app.tsx";
import { mendWith } from "./markdown/mend.ts";
import { connectHost } from "./state/host.ts";
import { PanelStore } from "./state/store.ts";
import { keepFocus } from "./ui/keep-focus.ts";
import "./styles/base.css";
import "./styles/controls.css";
import "./styles/chat.css";
import "./styles/rows.css";
import "./styles/message-actions.css";
import "./styles/markdown.css";
import "./styles/diff.css";
import "./styles/asks.css";
import "./styles/status.css";
import "./styles/composer.css";
import "./styles/context.css";
import "./styles/pages.css";

const store = new PanelStore((run) => requestAnimationFrame(run));
const host = connectHost(store.apply);
const root = document.getElementById("root");

function report(thrown: unknown): void {
  const message = thrown instanceof Error ? (thrown.stack ?? thrown.message) : String(thrown);
  host.post({ type: "problem", message: message.slice(0, 9000) });
}
window.addEventListener("error", (event) => {
  // Sizes that change while sizes are told are told in the next frame: nothing is wrong then.
  if (!event.message.startsWith("ResizeObserver loop")) report(event.error ?? event.message);
});
window.addEventListener("unhandledrejection", (event) => report(event.reason));

for (const type of ["focus", "blur"])
  window.addEventListener(type, () => host.post({ type: "focused", isFocused: type === "focus" }));
keepFocus(document.body);

if (root) createRoot(root).render(<App panel={{ store, host }} />);
host.post({ type: "ready", protocol: PROTOCOL });
void import("./late.ts").then(({ LATE }) => mendWith(LATE.complete));
if (document.hasFocus()) host.post({ type: "focused", isFocused: true });
