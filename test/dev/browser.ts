import { existsSync, readdirSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { brotliDecompressSync } from "node:zlib";
import { type Browser, chromium } from "playwright-core";
import { cached } from "./cached.ts";
import { unpack } from "./npm.ts";
import { CACHE } from "./paths.ts";
import { runOrThrow } from "./processes.ts";

const PACKAGED = "153.0.0";

const INSTALLED: Partial<Record<NodeJS.Platform, readonly string[]>> = {
  linux: [
    "/usr/bin/chromium",
    "/usr/bin/chromium-browser",
    "/usr/bin/google-chrome",
    "/usr/bin/google-chrome-stable",
    "/usr/bin/microsoft-edge",
    "/opt/google/chrome/chrome",
  ],
  darwin: [
    "/Applications/Google Chrome.app/Contents/MacOS/Google Chrome",
    "/Applications/Chromium.app/Contents/MacOS/Chromium",
    "/Applications/Microsoft Edge.app/Contents/MacOS/Microsoft Edge",
  ],
  win32: [
    "C:\\Program Files\\Google\\Chrome\\Application\\chrome.exe",
    "C:\\Program Files (x86)\\Google\\Chrome\\Application\\chrome.exe",
    "C:\\Program Files (x86)\\Microsoft\\Edge\\Application\\msedge.exe",
  ],
};

export interface Chromium {
  readonly path: string;
  /** What a bare machine lacks and the packaged browser needs in its environment; empty for an installed one. */
  readonly env: Readonly<Record<string, string>>;
}

/**
 * A Chromium: the one `CHROME_PATH` names, an installed one, or else one from the package registry, kept under
 * `.vscode-test`. Rejects when there is none for this platform.
 */
export async function findChromium(): Promise<Chromium> {
  const named = process.env["CHROME_PATH"];
  if (named) return { path: named, env: {} };
  const installed = (INSTALLED[process.platform] ?? []).find(existsSync);
  if (installed) return { path: installed, env: {} };
  if (process.platform !== "linux" || process.arch !== "x64") {
    throw new Error("No Chrome, Chromium or Edge found. Install one, or set CHROME_PATH.");
  }
  const folder = await cached(CACHE, `chromium-${PACKAGED}-r2`, download);
  const libraries = [join(folder, "lib"), process.env["LD_LIBRARY_PATH"]].filter(Boolean).join(":");
  return {
    path: join(folder, "chromium"),
    env: {
      LD_LIBRARY_PATH: libraries,
      // Without any font a page shows no text at all.
      ...(!existsSync("/usr/share/fonts") && { FONTCONFIG_FILE: describeFonts(folder) }),
    },
  };
}

/** The package holds compressed files, and code that unpacks them to the system's temporary folder. We only want the files. */
async function download(folder: string): Promise<void> {
  const bin = join(await unpack(`@sparticuz/chromium@${PACKAGED}`, folder), "bin");
  writeFileSync(join(folder, "chromium"), brotliDecompressSync(readFileSync(join(bin, "chromium.br"))), {
    mode: 0o755,
  });
  for (const archive of ["al2023.tar.br", "swiftshader.tar.br", "fonts.tar.br"]) {
    const tar = join(folder, "archive.tar");
    writeFileSync(tar, brotliDecompressSync(readFileSync(join(bin, archive))));
    await runOrThrow("tar", ["xf", tar], { cwd: folder });
    rmSync(tar);
  }
  rmSync(join(folder, "package"), { recursive: true });
  for (const file of readdirSync(folder)) if (file.endsWith(".tgz")) rmSync(join(folder, file));
}

function describeFonts(folder: string): string {
  const path = join(folder, "only-these-fonts.conf");
  writeFileSync(
    path,
    `<fontconfig><dir>${folder}/fonts</dir><cachedir>${folder}/font-cache</cachedir></fontconfig>\n`,
  );
  return path;
}

/**
 * Starts a headless browser with these further arguments; close it. Sandboxing is off because containers and root cannot have it;
 * only our own pages are loaded.
 */
export async function launchBrowser(...more: readonly string[]): Promise<Browser> {
  const { path, env } = await findChromium();
  return chromium.launch({
    executablePath: path,
    args: [
      "--no-sandbox",
      "--disable-gpu",
      "--disable-quic",
      "--disable-background-networking",
      "--disable-component-update",
      "--disable-sync",
      "--no-first-run",
      ...more,
    ],
    env: { ...process.env, ...env },
  });
}
