import {
  existsSync,
  mkdirSync,
  readdirSync,
  readFileSync,
  rmSync,
  symlinkSync,
  writeFileSync,
} from "node:fs";
import { join, relative } from "node:path";
import * as z from "zod";
import { cached } from "./cached.ts";
import { npm, unpack } from "./npm.ts";
import { CACHE } from "./paths.ts";

const CODE = "package/lib/vscode";
const VERSION = "4.139.1";
/** Raise it when this file changes what it makes. */
const REVISION = 3;

/** Heavy or native, and of no use without an account, a native window or Windows. */
const NOT_NEEDED = [
  "@devcontainers/cli",
  "@github/copilot-sdk",
  "@microsoft/mxc-sdk",
  "@vscode/copilot-api",
  "@vscode/deviceid",
  "@vscode/native-watchdog",
  "@vscode/sandbox-runtime",
  "@vscode/spdlog",
  "@vscode/sqlite3",
  "@vscode/windows-process-tree",
  "@vscode/windows-registry",
  "kerberos",
  "ssh2",
];

/**
 * Extensions that come with VS Code and only cost time here. Others must stay, even unused ones: what is missing on
 * the server is looked for on the web, in vain, and the user is told.
 */
const UNWANTED_BUILTIN =
  /^(copilot|microsoft-authentication|ms-vscode\..*|debug-.*|grunt|gulp|jake|php.*|tunnel-forwarding|mermaid.*)$/;
const MINIMAL_BUILTIN =
  /^(theme-defaults|theme-seti|typescript-basics|javascript|json|git|git-base|diff|markdown-basics)$/;

export interface VsCode {
  /** The server's script; run it with this very Node. */
  readonly server: string;
  /** Folders of built-in extensions: nearly all for eyes, few for speed. */
  readonly builtins: { readonly most: string; readonly few: string };
}

/**
 * A real VS Code without a desktop: the server and web workbench inside the `code-server` package, once downloaded.
 * Nothing is compiled. Resolves at once when it is there.
 */
export async function ensureVsCode(): Promise<VsCode> {
  const name = `vscode-${VERSION}-r${REVISION}`;
  const code = join(await cached(CACHE, name, install), CODE);
  const linked = (kind: string, isWanted: (extension: string) => boolean): Promise<string> =>
    cached(CACHE, `${name}-${kind}`, async (folder) => linkExtensions(code, folder, isWanted));
  return {
    server: join(code, "out/server-main.js"),
    builtins: {
      most: await linked("most", (extension) => !UNWANTED_BUILTIN.test(extension)),
      few: await linked("few", (extension) => MINIMAL_BUILTIN.test(extension)),
    },
  };
}

async function install(folder: string): Promise<void> {
  await unpack(`code-server@${VERSION}`, folder);
  const code = join(folder, CODE);
  for (const file of readdirSync(folder)) if (file.endsWith(".tgz")) rmSync(join(folder, file));
  dropDependencies(join(code, "package.json"));
  await npm(["install", "--omit=dev"], code);
  await npm(["install", "--omit=dev"], join(code, "extensions"));
  addModule(code, "@vscode/native-watchdog", "exports.start = () => {};\n");
  addModule(code, "@vscode/spdlog", readFileSync(join(import.meta.dirname, "spdlog-stand-in.cjs"), "utf8"));
  refuseProposedApi(code);
}

function dropDependencies(path: string): void {
  const manifest = z
    .looseObject({ dependencies: z.record(z.string(), z.string()) })
    .parse(JSON.parse(readFileSync(path, "utf8")));
  for (const name of NOT_NEEDED) delete manifest.dependencies[name];
  writeFileSync(path, JSON.stringify(manifest, null, 1));
}

function addModule(code: string, name: string, source: string): void {
  const folder = join(code, "node_modules", name);
  mkdirSync(folder, { recursive: true });
  writeFileSync(join(folder, "package.json"), JSON.stringify({ name, version: "0.0.0", main: "index.js" }));
  writeFileSync(join(folder, "index.js"), source);
}

/**
 * This build lets every extension use proposed API; Microsoft's does not. Their rule is put back, so that an extension
 * that needs a proposal fails here as it would for a user.
 */
function refuseProposedApi(code: string): void {
  const rule =
    /function ([\w$]+)\(([\w$]+),([\w$]+)\)\{return!0\}(?=function [\w$]+\([\w$]+,[\w$]+\)\{if\(!\1\([\w$]+,[\w$]+\)\)throw new Error\(`Extension '\$\{[\w$]+\.identifier\.value\}' CANNOT use API proposal)/g;
  for (const file of [
    "out/server-main.js",
    "out/vs/code/browser/workbench/workbench.js",
    "out/vs/workbench/api/node/extensionHostProcess.js",
    "out/vs/workbench/api/worker/extensionHostWorkerMain.js",
  ]) {
    const path = join(code, file);
    const source = readFileSync(path, "utf8");
    const patched = source.replace(
      rule,
      "function $1($2,$3){return!!($2.enabledApiProposals&&$2.enabledApiProposals.includes($3))}",
    );
    if (patched === source)
      throw new Error(`${file} of code-server ${VERSION} has no place for the proposed-API rule.`);
    writeFileSync(path, patched);
  }
}

function linkExtensions(code: string, folder: string, isWanted: (name: string) => boolean): void {
  const extensions = join(code, "extensions");
  for (const name of readdirSync(extensions)) {
    // The TypeScript service is not in its extension but beside it.
    const isExtension = existsSync(join(extensions, name, "package.json"));
    if (name !== "node_modules" && !(isExtension && isWanted(name))) continue;
    // Relative where possible, so that the checkout can be moved.
    const target = join(extensions, name);
    symlinkSync(
      process.platform === "win32" ? target : relative(folder, target),
      join(folder, name),
      "junction",
    );
  }
}
