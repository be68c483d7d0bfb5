import { build } from "esbuild";

export interface Bundle {
  readonly script: string;
  readonly style: string;
}

let made: Promise<Bundle> | undefined;

/** The panel as it is shipped, built in memory once per process. */
export function bundlePanel(): Promise<Bundle> {
  made ??= make("webview/src/main.tsx");
  return made;
}

/** Any entry of the panel's sources or its tests, built like the panel. */
export async function make(entry: string): Promise<Bundle> {
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
