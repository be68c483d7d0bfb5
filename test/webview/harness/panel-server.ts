import { createServer } from "node:http";
import type { Browser } from "playwright-core";
import { launchBrowser } from "../../dev/browser.ts";

interface ServedFile {
  readonly contentType: string;
  readonly body: string;
}

const served = new Map<string, ServedFile>();
let origin: Promise<string> | undefined;
let count = 0;

/** A browser that finds nothing but this machine: whatever a page asks of the web fails. */
export const launchPanelBrowser = (): Promise<Browser> =>
  launchBrowser("--host-resolver-rules=MAP * ~NOTFOUND , EXCLUDE 127.0.0.1");

/** Where pages of ours come from. They are served, not intercepted: so the browser keeps what it has compiled. */
export function panelOrigin(): Promise<string> {
  origin ??= new Promise((resolve, reject) => {
    const server = createServer((request, response) => {
      const file = served.get(new URL(request.url ?? "/", "http://panel").pathname);
      const headers = { "content-type": file?.contentType ?? "text/plain", "cache-control": "max-age=3600" };
      response.writeHead(file ? 200 : 404, headers).end(file?.body);
    });
    server.once("error", reject);
    server.listen(0, "127.0.0.1", () => {
      const address = server.address();
      if (address === null || typeof address === "string") return reject(new Error("There is no port."));
      resolve(`http://127.0.0.1:${address.port}`);
    });
    // Nothing waits for it.
    server.unref();
  });
  return origin;
}

/** Serves files, by their paths, from now on; returns the folder they are in, as in `/3/`. */
export function serve(files: Readonly<Record<string, ServedFile>>): string {
  count += 1;
  for (const [path, file] of Object.entries(files)) served.set(`/${count}${path}`, file);
  return `/${count}/`;
}
