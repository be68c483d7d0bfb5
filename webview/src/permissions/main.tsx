import "../state/jitless.ts";
import { createRoot } from "react-dom/client";
import { connect } from "./link.ts";
import { Page } from "./page.tsx";
import { PageStore } from "./page-store.ts";
import "../styles/base.css";
import "../styles/controls.css";
import "../styles/permissions.css";

const store = new PageStore();
const post = connect(store.apply);
const root = document.getElementById("root");

function report(thrown: unknown): void {
  const message = thrown instanceof Error ? (thrown.stack ?? thrown.message) : String(thrown);
  post({ type: "problem", message: message.slice(0, 9000) });
}
window.addEventListener("error", (event) => report(event.error ?? event.message));
window.addEventListener("unhandledrejection", (event) => report(event.reason));

if (root) createRoot(root).render(<Page store={store} post={post} />);
post({ type: "ready" });
