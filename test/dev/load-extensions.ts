import type { Page } from "playwright-core";

/**
 * Makes the web workbench that `page` will load run extensions from folders, the way F5 does in the desktop, and tests
 * inside its extension host. There is no server option for it; the workbench reads it from an attribute of its page.
 * (Rewriting the page on its way would make the browser treat it as remote and refuse its WebSocket.)
 */
export async function loadExtensions(
  page: Page,
  port: number,
  paths: { extensions: readonly string[]; tests?: string },
): Promise<void> {
  await page.addInitScript(
    ({ authority, extensions, tests }) => {
      if (window.top !== window) return;
      const original = Element.prototype.getAttribute;
      const toUri = (path: string): object => ({ scheme: "vscode-remote", authority, path });
      Element.prototype.getAttribute = function (this: Element, name: string): string | null {
        const value = original.call(this, name);
        if (name !== "data-settings" || this.id !== "vscode-workbench-web-configuration" || !value)
          return value;
        const configuration = JSON.parse(value);
        configuration.developmentOptions = {
          ...configuration.developmentOptions,
          extensions: extensions.map(toUri),
          ...(tests && { extensionTestsPath: toUri(tests) }),
        };
        return JSON.stringify(configuration);
      };
    },
    { authority: `127.0.0.1:${port}`, extensions: paths.extensions, tests: paths.tests },
  );
}
