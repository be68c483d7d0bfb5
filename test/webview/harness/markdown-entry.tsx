import { flushSync } from "react-dom";
import { createRoot } from "react-dom/client";
import { complete } from "../../../webview/src/markdown/complete.ts";
import { Markdown } from "../../../webview/src/markdown/markdown.tsx";
import { mendWith } from "../../../webview/src/markdown/mend.ts";
import { NO_UI_STATE } from "../../../webview/src/state/host.ts";
import { PanelProvider } from "../../../webview/src/state/panel.tsx";
import { PanelStore } from "../../../webview/src/state/store.ts";

declare global {
  interface Window {
    /** Renders every state of a growing text one after the other and returns each one's markup. */
    renderMarkdown: (id: string, texts: readonly string[]) => string[];
  }
}

mendWith(complete);
const host = { post: () => undefined, readUi: () => NO_UI_STATE, writeUi: () => undefined };
const panel = { host, store: new PanelStore((run) => run()) };

window.renderMarkdown = (id, texts) => {
  const element = document.createElement("div");
  document.body.replaceChildren(element);
  const root = createRoot(element);
  return texts.map((text, index) => {
    flushSync(() =>
      root.render(
        <PanelProvider panel={panel}>
          <Markdown id={id} text={text} isOpen={index < texts.length - 1} />
        </PanelProvider>,
      ),
    );
    return element.innerHTML;
  });
};
