import { build } from "esbuild";

export interface Bundle {
  readonly script: string;
  readonly style: string;
}

const made = new Map<string, Promise<Bundle>>();

/** The panel as it is shipped. */
export const bundlePanel = (): Promise<Bundle> => make("webview/src/main.tsx");

/** Any entry of the panel's sources or its tests, built like the panel in memory, once per process. */
export function make(entry: string): Promise<Bundle> {
  const bundle = made.get(entry) ?? buildEntry(entry);
  made.set(entry, bundle);
  return bundle;
}

async function buildEntry(entry: string): Promise<Bundle> {
  const { outputFiles } = await build({
    entryPoints: [entry],
    outdir: "out",
    bundle: true,
    write: false,
    format: "esm",
    platform: "browser",
    target: "chrome130",
    jsx: "automatic",
    minify: true,
    alias: { "zod/v4": "zod" },
    define: { "process.env.NODE_ENV": '"production"' },
  });
  const textOf = (end: string): string => outputFiles.find((file) => file.path.endsWith(end))?.text ?? "";
  return { script: textOf(".js"), style: textOf(".css") };
}
