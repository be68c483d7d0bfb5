import { rmSync } from "node:fs";
import { join } from "node:path";
import { findChromium } from "../../dev/browser.ts";
import { ensureVsCode } from "../../dev/ensure-vscode.ts";
import { packageVsix } from "../../dev/package-vsix.ts";
import { createSandbox, installExtension } from "../../dev/vscode-server.ts";
import { INSTALLED } from "./start-ui.ts";

/** Once per run: the downloads, and the VSIX of what is built, installed the way a user does. */
export async function setup(): Promise<void> {
  const box = createSandbox();
  try {
    const vsix = join(box.dir, "plumb.vsix");
    await Promise.all([ensureVsCode(), findChromium(), packageVsix(vsix)]);
    rmSync(INSTALLED, { recursive: true, force: true });
    await installExtension(vsix, { dataDir: box.dataDir, extensionsDir: INSTALLED });
  } finally {
    box.remove();
  }
}
