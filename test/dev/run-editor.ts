// A real VS Code with Plumb in it, for a browser: npm start [-- folder] [--open] [--port 8123]
import { cpSync, existsSync, rmSync } from "node:fs";
import { basename, join, relative, resolve } from "node:path";
import { parseArgs } from "node:util";
import { ensureVsCode } from "./ensure-vscode.ts";
import { packageVsix } from "./package-vsix.ts";
import { CACHE, ROOT } from "./paths.ts";
import { run, runOrThrow, start } from "./processes.ts";
import { installExtension, startServer } from "./vscode-server.ts";

const HOME = join(CACHE, "start");

const { values: flags, positionals } = parseArgs({
  allowPositionals: true,
  options: { open: { type: "boolean", default: false }, port: { type: "string", default: "8123-8199" } },
});
const [ownFolder] = positionals;
if (ownFolder !== undefined && !existsSync(ownFolder)) {
  console.error(`There is no folder ${ownFolder}.`);
  process.exit(2);
}
const hasKey = Boolean(process.env["ANTHROPIC_API_KEY"]);

console.log("Building Plumb, and fetching VS Code if it is not there yet ...");
await Promise.all([runOrThrow(process.execPath, ["esbuild.mjs"], { cwd: ROOT }), ensureVsCode()]);

const folder = ownFolder === undefined ? await freshSample() : resolve(ownFolder);
const dataDir = join(HOME, "server");
const extensionsDir = join(HOME, "extensions");
rmSync(extensionsDir, { recursive: true, force: true });
await installExtension(await packageVsix(join(HOME, "plumb.vsix")), { dataDir, extensionsDir });

const server = await startServer({
  dataDir,
  extensionsDir,
  builtins: "most",
  extraBuiltins: [join(import.meta.dirname, "start-extension")],
  ports: flags.port,
  settings: {
    // A folder of the user's own is trusted or not as everywhere; the sample is ours.
    "security.workspace.trust.enabled": ownFolder !== undefined,
    "window.autoDetectColorScheme": true,
  },
  env: {
    ...process.env,
    PLUMB_HOME: process.env["PLUMB_HOME"] ?? join(HOME, "plumb"),
    ...(!hasKey && ownFolder === undefined && { PLUMB_START_TOUR: "1" }),
  },
});
const address = server.address(folder);
console.log(`
  Plumb runs in VS Code at

      ${address}

  Model:  ${describeModel()}
  Folder: ${relative(process.cwd(), folder) || folder}${ownFolder === undefined ? " (a copy of the sample, made afresh each time)" : ""}

  Ctrl+C stops it.
`);
if (flags.open) openInBrowser(address);

function describeModel(): string {
  if (!hasKey)
    return "none, so the offline tour: scripted answers, no AI. Set ANTHROPIC_API_KEY for the real thing.";
  const url = process.env["ANTHROPIC_BASE_URL"];
  return `yours, with the key in ANTHROPIC_API_KEY${url ? `, at ${url}` : ""}.`;
}

/** What the agent does to it is gone with the next start. A repository of its own, so that git does not find this one. */
async function freshSample(): Promise<string> {
  const sample = join(HOME, "sample");
  rmSync(sample, { recursive: true, force: true });
  cpSync(join(ROOT, "media/sample"), sample, { recursive: true });
  const git = (...args: string[]) => run("git", args, { cwd: sample });
  await git("init", "--quiet", "--initial-branch=main");
  await git("add", "--all");
  await git(
    "-c",
    "user.name=Plumb",
    "-c",
    "user.email=plumb@localhost",
    "commit",
    "--quiet",
    "-m",
    basename(sample),
  );
  return sample;
}

function openInBrowser(url: string): void {
  if (process.platform === "darwin") start("open", [url]);
  else if (process.platform === "win32") start("cmd", ["/c", "start", "", url.replaceAll("&", "^&")]);
  else start("xdg-open", [url]);
}
