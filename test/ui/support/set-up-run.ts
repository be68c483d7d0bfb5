import { findChromium } from "../../dev/browser.ts";
import { ensureVsCode } from "../../dev/ensure-vscode.ts";
import { packageVsix } from "../../dev/package-vsix.ts";
import { VSIX } from "./start-ui.ts";

/** Once per run: the downloads, and the VSIX of what is built. */
export async function setup(): Promise<void> {
  await Promise.all([ensureVsCode(), findChromium(), packageVsix(VSIX)]);
}
