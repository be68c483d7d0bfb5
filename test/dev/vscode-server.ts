import { randomBytes } from "node:crypto";
import {
  createWriteStream,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  realpathSync,
  rmSync,
  symlinkSync,
  writeFileSync,
} from "node:fs";
import { tmpdir } from "node:os";
import { basename, join } from "node:path";
import { ensureVsCode } from "./ensure-vscode.ts";
import { runOrThrow, start, stop } from "./processes.ts";
import { QUIET_SETTINGS } from "./settings.ts";

export interface ServerOptions {
  /** Everything the server keeps: settings, logs, installed extensions. */
  readonly dataDir: string;
  /** Default: a folder in `dataDir`. */
  readonly extensionsDir?: string;
  readonly builtins: "most" | "few";
  /** Folders of extensions that come as if built in. */
  readonly extraBuiltins?: readonly string[];
  /** On top of `QUIET_SETTINGS`. */
  readonly settings?: Readonly<Record<string, unknown>>;
  /** The whole environment of the server and so of the extension host. */
  readonly env: Readonly<Record<string, string | undefined>>;
  /** The first free one of a range is taken. Default: any that is free. */
  readonly ports?: string;
}

export interface Server {
  readonly port: number;
  /** The address that opens a folder, with the token that lets only its holder in. */
  address(folder: string): string;
  /** What the server printed, for the report of a failure. */
  log(): string;
  stop(): Promise<void>;
}

/** Nobody is asked about extensions over the network: a run is the same with and without one. */
const NO_GALLERY = JSON.stringify({ serviceUrl: "" });

/** Starts the VS Code server on loopback. Resolves when it listens; rejects with its output when it does not within 90 s. */
export async function startServer(options: ServerOptions): Promise<Server> {
  const { server, builtins } = await ensureVsCode();
  const { dataDir, ports = "0" } = options;
  const token = randomBytes(16).toString("hex");
  const user = join(dataDir, "data/User");
  mkdirSync(user, { recursive: true });
  writeFileSync(join(dataDir, "token"), token, { mode: 0o600 });
  writeFileSync(
    join(user, "settings.json"),
    JSON.stringify({ ...QUIET_SETTINGS, ...options.settings }, null, 2),
  );
  const child = start(
    process.execPath,
    [
      server,
      ...["--host", "127.0.0.1", "--port", ports, "--connection-token-file", join(dataDir, "token")],
      ...[
        "--server-data-dir",
        dataDir,
        "--extensions-dir",
        options.extensionsDir ?? join(dataDir, "extensions"),
      ],
      ...["--builtin-extensions-dir", withExtras(builtins[options.builtins], options)],
      "--accept-server-license-terms",
      "--disable-experiments",
      "--disable-getting-started-override",
      "--disable-telemetry",
      "--disable-update-check",
    ],
    { env: { ...options.env, EXTENSIONS_GALLERY: NO_GALLERY }, stdio: ["ignore", "pipe", "pipe"] },
  );
  let output = "";
  const file = createWriteStream(join(dataDir, "server.log"));
  const { promise: listening, resolve, reject } = Promise.withResolvers<number>();
  const fail = (why: string): void => reject(new Error(`The VS Code server ${why}.\n${output}`));
  const patience = setTimeout(() => fail("did not start within 90 seconds"), 90_000);
  const read = (part: Buffer): void => {
    output += part.toString("utf8");
    file.write(part);
    const port = /Extension host agent listening on (\d+)/.exec(output)?.[1];
    if (port) resolve(Number(port));
  };
  child.stdout?.on("data", read);
  child.stderr?.on("data", read);
  child.once("error", (error) => fail(`could not be started: ${error.message}`));
  child.once("exit", (code, signal) => fail(`ended with ${code ?? signal}`));
  try {
    const port = await listening;
    return {
      port,
      address: (folder) => `http://127.0.0.1:${port}/?tkn=${token}&folder=${encodeURIComponent(folder)}`,
      log: () => output,
      stop: async () => {
        await stop(child);
        file.end();
      },
    };
  } catch (error) {
    await stop(child);
    throw error;
  } finally {
    clearTimeout(patience);
  }
}

function withExtras(folder: string, { dataDir, extraBuiltins = [] }: ServerOptions): string {
  if (extraBuiltins.length === 0) return folder;
  const all = join(dataDir, "builtins");
  rmSync(all, { recursive: true, force: true });
  mkdirSync(all, { recursive: true });
  const extensions = [...readdirSync(folder).map((name) => join(folder, name)), ...extraBuiltins];
  for (const path of extensions) symlinkSync(realpathSync(path), join(all, basename(path)), "junction");
  return all;
}

/** Installs a VSIX the way a user does. */
export async function installExtension(
  vsix: string,
  dirs: { dataDir: string; extensionsDir: string },
): Promise<void> {
  const { server } = await ensureVsCode();
  await runOrThrow(process.execPath, [
    server,
    ...[
      "--install-extension",
      vsix,
      "--extensions-dir",
      dirs.extensionsDir,
      "--server-data-dir",
      dirs.dataDir,
    ],
    "--accept-server-license-terms",
  ]);
}

export interface Sandbox {
  /** Removed by `remove`. */
  readonly dir: string;
  readonly workspace: string;
  readonly dataDir: string;
  /** Plumb's folder. */
  readonly plumbHome: string;
  readonly env: Record<string, string | undefined>;
  remove(): void;
}

/** A home of its own for one run: nothing of the person who runs the tests is read or changed, no key of theirs is used. */
export function createSandbox(env: Readonly<Record<string, string>> = {}): Sandbox {
  const dir = mkdtempSync(join(tmpdir(), "plumb-test-"));
  const remove = (): void => rmSync(dir, { recursive: true, force: true, maxRetries: 20 });
  process.once("exit", remove);
  const folder = (name: string): string => {
    mkdirSync(join(dir, name), { recursive: true });
    return join(dir, name);
  };
  const home = folder("home");
  const plumbHome = folder("plumb");
  writeFileSync(
    join(home, ".gitconfig"),
    "[user]\n\tname = Test\n\temail = test@example.com\n[init]\n\tdefaultBranch = main\n",
  );
  const inherited = Object.entries(process.env).filter(([name]) => !PERSONAL.test(name));
  return {
    dir,
    workspace: folder("workspace"),
    dataDir: folder("server"),
    plumbHome,
    env: {
      ...Object.fromEntries(inherited),
      HOME: home,
      USERPROFILE: home,
      PLUMB_HOME: plumbHome,
      SHELL: "/bin/bash",
      LANG: "C.UTF-8",
      ...env,
    },
    remove() {
      process.off("exit", remove);
      remove();
    },
  };
}

const PERSONAL =
  /^(ANTHROPIC|CLAUDE|OPENAI|GEMINI|PLUMB|VSCODE|ELECTRON|VITEST|XDG|GIT)_|^(NODE_OPTIONS|NODE_ENV|TEST|INIT_CWD)$|^npm_/i;
