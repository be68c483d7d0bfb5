// What the checks of tasks have in common. A check is a script: it ends with 0 when the task is done.
import { spawnSync } from "node:child_process";
import { readdirSync, readFileSync } from "node:fs";
import { join, relative, sep } from "node:path";
import { pathToFileURL } from "node:url";

const { EVAL_WORKSPACE = "", EVAL_BEFORE = "", EVAL_ANSWER = "" } = process.env;

/** The agent's last words. */
export const answer = EVAL_ANSWER;

/** Ends the check as failed unless this is so. */
export function need(isSo, words) {
  if (isSo) return;
  process.stdout.write(`${words}\n`);
  process.exit(1);
}

/** Text of a file as the agent left it, `undefined` when there is none. */
export const read = (path) => readText(join(EVAL_WORKSPACE, path));
export const readBefore = (path) => readText(join(EVAL_BEFORE, path));

function readText(path) {
  try {
    return readFileSync(path, "utf8");
  } catch {
    return undefined;
  }
}

/** Every file of the workspace but git's own, with `/` between folders. */
export const files = () => list(EVAL_WORKSPACE);

const list = (folder) =>
  readdirSync(folder, { recursive: true, withFileTypes: true })
    .filter((entry) => !entry.isDirectory())
    .map((entry) => relative(folder, join(entry.parentPath, entry.name)).split(sep).join("/"))
    .filter((path) => !path.startsWith(".git/"));

/** Paths that were added, changed or removed. */
export function changed() {
  const all = new Set([...list(EVAL_WORKSPACE), ...list(EVAL_BEFORE)]);
  const bytes = (folder, path) => {
    try {
      return readFileSync(join(folder, path)).toString("latin1");
    } catch {
      return undefined;
    }
  };
  return [...all].filter((path) => bytes(EVAL_WORKSPACE, path) !== bytes(EVAL_BEFORE, path)).toSorted();
}

/** Nothing else may have changed. */
export function needOnly(...paths) {
  const others = changed().filter((path) => !paths.includes(path));
  need(others.length === 0, `Changed as well: ${others.join(", ")}`);
}

/** What a module of the workspace exports. */
export async function load(path) {
  try {
    return await import(pathToFileURL(join(EVAL_WORKSPACE, path)).href);
  } catch (error) {
    need(false, `${path} cannot be loaded: ${error.message}`);
  }
}

/** Whether the tests in a folder pass; of the workspace unless it says otherwise. */
export function testsPass(cwd = EVAL_WORKSPACE) {
  const { status } = spawnSync(process.execPath, ["--test"], { cwd, timeout: 20_000, stdio: "ignore" });
  return status === 0;
}
