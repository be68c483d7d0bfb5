import { homedir } from "node:os";
import { Permissions } from "../app/permissions.ts";
import { toAgentError } from "../core/errors.ts";
import type { Storage } from "../core/ports.ts";
import { makeVisible } from "../core/visible.ts";
import { createNodeHost } from "../hosts/node/node-host.ts";
import { createStorage, defaultDataDir, workspaceKey } from "../hosts/node/node-storage.ts";
import { isThere, ruleFilesHere } from "../hosts/node/rule-file-places.ts";
import type { Finding } from "./doctor/finding.ts";
import { ofGit } from "./doctor/git.ts";
import { ofNode } from "./doctor/node-version.ts";
import { ofOwnFolder } from "./doctor/own-folder.ts";
import { ofSettingsFile, userSettings } from "./doctor/settings.ts";
import { ofTelemetry } from "./doctor/telemetry.ts";
import { modelNamed } from "./model-name.ts";
import { VERSION } from "./version.ts";

export interface DoctorWishes {
  /** One JSON object a line, in place of a line for people. */
  readonly json?: true;
  /** The provider is asked as well; nothing else leaves the machine. */
  readonly online?: true;
}

/**
 * Looks at what a task in this folder would need, and prints a line about each. Resolves to the exit code: 1 when something is
 * broken, so that no task can be done before it is changed.
 */
export async function doctor(
  cwd: string,
  { json, online }: DoctorWishes,
  write: (text: string) => Promise<void>,
): Promise<number> {
  const findings: Finding[] = [];
  const tell = async (found: readonly Finding[]): Promise<void> => {
    findings.push(...found);
    for (const finding of found) await write(json ? jsonLine(finding) : line(finding));
  };
  await tell(ofProcess());
  await tell([await ofGit(cwd), ...(await ofFolder(cwd))]);
  if (online) await tell(await ofAccount());
  return findings.some(({ is }) => is === "problem") ? 1 : 0;
}

const line = ({ name, words, is }: Finding): string =>
  `${is === "problem" ? "✗" : is === "note" ? "!" : "✓"} ${name}: ${makeVisible(words, "exact")}\n`;

const jsonLine = ({ name, words, is }: Finding): string =>
  `${JSON.stringify({ name, is: is ?? "fine", words })}\n`;

function ofProcess(): Finding[] {
  const { ANTHROPIC_API_KEY: key, ANTHROPIC_BASE_URL: url } = process.env;
  return [
    { name: "Plumb", words: VERSION },
    ofNode(process.versions.node),
    key
      ? { name: "Key", words: "set in ANTHROPIC_API_KEY" }
      : { name: "Key", words: "there is none: set ANTHROPIC_API_KEY", is: "problem" },
    isAddress(url)
      ? { name: "Provider", words: url ? new URL(url).host : "the vendor's own" }
      : { name: "Provider", words: "ANTHROPIC_BASE_URL is not an http or https address", is: "problem" },
    { name: "Model", words: chosenModel() },
  ];
}

const chosenModel = (): string => modelNamed(process.env["ANTHROPIC_MODEL"] ?? "default");

/** Without a key or an address nobody is asked: that is a problem of its own. */
async function ofAccount(): Promise<readonly Finding[]> {
  const { ANTHROPIC_API_KEY: apiKey, ANTHROPIC_BASE_URL: baseUrl } = process.env;
  if (!apiKey || !isAddress(baseUrl)) return [];
  const { ofProvider } = await import("./doctor/online.ts");
  return [await ofProvider({ apiKey, ...(baseUrl && { baseUrl }) }, chosenModel())];
}

const isAddress = (url: string | undefined): boolean =>
  !url || /^https?:$/.test(URL.parse(url)?.protocol ?? "");

async function ofFolder(cwd: string): Promise<Finding[]> {
  const found: Finding[] = [];
  try {
    const dataDir = defaultDataDir();
    found.push(ofOwnFolder(dataDir));
    const { sandbox, findings } = await userSettings(dataDir);
    const host = createNodeHost({ roots: [cwd], dataDir, version: VERSION, sandbox: () => sandbox });
    const storage = createStorage({ dataDir, workspaceKey: workspaceKey(cwd) });
    const { state, words } = await host.shell.sandbox();
    return [
      ...found,
      { name: "Sessions", words: `${(await storage.listLogs()).length} in this folder` },
      await ofSearch(host.search, cwd),
      host.shell.name === undefined
        ? { name: "Shell", words: "there is none, so no command runs", is: "note" }
        : { name: "Shell", words: host.shell.name },
      { name: "Sandbox", words, ...(state === "unavailable" && { is: "note" }) },
      await ofTelemetry(dataDir, process.env),
      ...(await ofRules(host, storage, { cwd, dataDir })),
      ...findings,
    ];
  } catch (thrown) {
    return [
      ...found,
      {
        name: found.length > 0 ? "Folder" : "Own folder",
        words: toAgentError(thrown).message,
        is: "problem",
      },
    ];
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
  const broken = found.flatMap((path) => ofSettingsFile(path) ?? []);
  return [
    { name: "Settings", words: found.length > 0 ? found.join(", ") : "no files" },
    ...broken,
    ...permissions.problems.map((words): Finding => ({ name: "Settings", words, is: "note" })),
    ...permissions.waiting.map(
      ({ file, added }): Finding => ({
        ...{ name: "Settings", is: "note" },
        words: `${file.label} wants to allow ${added.join(", ")}; agree to it in the editor, or it does not hold`,
      }),
    ),
  ];
}
