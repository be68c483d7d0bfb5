import { accessSync, constants, statSync } from "node:fs";
import { homedir } from "node:os";
import { Permissions } from "../app/permissions.ts";
import { toAgentError } from "../core/errors.ts";
import type { Storage } from "../core/ports.ts";
import { createNodeHost } from "../hosts/node/node-host.ts";
import { createStorage, defaultDataDir, workspaceKey } from "../hosts/node/node-storage.ts";
import { isThere, ruleFilesHere } from "../hosts/node/rule-file-places.ts";
import { readUserSandbox } from "../hosts/node/sandbox/user-file.ts";
import { modelNamed } from "./model-name.ts";
import { VERSION } from "./version.ts";

interface Finding {
  readonly name: string;
  readonly words: string;
  /** Left out where it is as it should be; `problem`: a task cannot be done like this. */
  readonly is?: "problem" | "note";
}

/**
 * Looks at what a task in this folder would need, without asking anybody for anything, and prints a line about each. Resolves to
 * the exit code: 1 when something has to be changed before a task can be done.
 */
export async function doctor(cwd: string, write: (text: string) => Promise<void>): Promise<number> {
  const findings = [...ofProcess(), ...(await ofFolder(cwd))];
  for (const { name, words, is } of findings)
    await write(`${is === "problem" ? "✗" : is === "note" ? "!" : "✓"} ${name}: ${words}\n`);
  return findings.some(({ is }) => is === "problem") ? 1 : 0;
}

function ofProcess(): Finding[] {
  const [major = 0] = process.versions.node.split(".").map(Number);
  const { ANTHROPIC_API_KEY: key, ANTHROPIC_BASE_URL: url } = process.env;
  return [
    { name: "Plumb", words: VERSION },
    {
      name: "Node.js",
      words: major < 22 ? `${process.versions.node}; 22 or newer is needed` : process.versions.node,
      ...(major < 22 && { is: "problem" }),
    },
    key
      ? { name: "Key", words: "set in ANTHROPIC_API_KEY" }
      : { name: "Key", words: "there is none: set ANTHROPIC_API_KEY", is: "problem" },
    isAddress(url)
      ? { name: "Provider", words: url ? new URL(url).host : "the vendor's own" }
      : { name: "Provider", words: "ANTHROPIC_BASE_URL is not an http or https address", is: "problem" },
    { name: "Model", words: modelNamed(process.env["ANTHROPIC_MODEL"] ?? "default") },
  ];
}

const isAddress = (url: string | undefined): boolean =>
  !url || /^https?:$/.test(URL.parse(url)?.protocol ?? "");

async function ofFolder(cwd: string): Promise<Finding[]> {
  try {
    const dataDir = defaultDataDir();
    const sandbox = await readUserSandbox(dataDir);
    const host = createNodeHost({ roots: [cwd], dataDir, version: VERSION, sandbox: () => sandbox });
    const storage = createStorage({ dataDir, workspaceKey: workspaceKey(cwd) });
    const { state, words } = await host.shell.sandbox();
    return [
      ofDataDir(dataDir),
      { name: "Sessions", words: `${(await storage.listLogs()).length} in this folder` },
      await ofSearch(host.search, cwd),
      host.shell.name === undefined
        ? { name: "Shell", words: "there is none, so no command runs", is: "note" }
        : { name: "Shell", words: host.shell.name },
      { name: "Sandbox", words, ...(state === "unavailable" && { is: "note" }) },
      ...(await ofRules(host, storage, { cwd, dataDir })),
    ];
  } catch (thrown) {
    return [{ name: "Folder", words: toAgentError(thrown).message, is: "problem" }];
  }
}

function ofDataDir(dataDir: string): Finding {
  try {
    accessSync(dataDir, constants.W_OK);
    const isOpen = process.platform !== "win32" && (statSync(dataDir).mode & 0o077) !== 0;
    return isOpen
      ? { name: "Own folder", words: `${dataDir} can be read by others`, is: "note" }
      : { name: "Own folder", words: dataDir };
  } catch {
    return { name: "Own folder", words: `${dataDir} cannot be written`, is: "problem" };
  }
}

async function ofSearch(search: ReturnType<typeof createNodeHost>["search"], cwd: string): Promise<Finding> {
  try {
    let version = "";
    for await (const line of search.ripgrep(["--version"], { cwd }, AbortSignal.timeout(5_000))) {
      version ||= line;
    }
    return { name: "Search", words: version };
  } catch (thrown) {
    return { name: "Search", words: toAgentError(thrown).message, is: "problem" };
  }
}

async function ofRules(
  host: ReturnType<typeof createNodeHost>,
  storage: Storage,
  { cwd, dataDir }: { readonly cwd: string; readonly dataDir: string },
): Promise<Finding[]> {
  const home = homedir();
  const place = { cwd, roots: [cwd], home, paths: host.paths, isCaseInsensitive: host.platform !== "linux" };
  const files = ruleFilesHere({ roots: [cwd], dataDir });
  const isTrusted = (): boolean => true;
  const parts = { host, storage, home, isTrusted, files, isThere };
  const permissions = new Permissions(place, storage, isTrusted, [], false, parts);
  await permissions.load([]);
  const found = files.filter(({ path }) => isThere(path)).map(({ path }) => path);
  return [
    { name: "Settings", words: found.length > 0 ? found.join(", ") : "no files" },
    ...permissions.problems.map((words): Finding => ({ name: "Settings", words, is: "note" })),
    ...permissions.waiting.map(
      ({ file, added }): Finding => ({
        ...{ name: "Settings", is: "note" },
        words: `${file.label} wants to allow ${added.join(", ")}; agree to it in the editor, or it does not hold`,
      }),
    ),
  ];
}
