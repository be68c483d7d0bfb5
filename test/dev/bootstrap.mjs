// Plain JavaScript for any Node from 20 on: it runs before anything is installed, and starts the rest under the
// Node that comes with the dependencies.
import { spawn } from "node:child_process";
import { existsSync, readFileSync } from "node:fs";
import { join, resolve } from "node:path";

const ROOT = resolve(import.meta.dirname, "../..");

/** Whether everything in the lockfile that this platform needs is there in the locked version. */
function isInstalled() {
  const installed = join(ROOT, "node_modules/.package-lock.json");
  if (!existsSync(installed)) return false;
  const wanted = JSON.parse(readFileSync(join(ROOT, "package-lock.json"), "utf8")).packages;
  const present = JSON.parse(readFileSync(installed, "utf8")).packages;
  return Object.entries(wanted).every(([path, { version, optional }]) => {
    if (path === "") return true;
    return path in present ? present[path].version === version : optional === true;
  });
}

/** Runs npm without a shell: `npm` itself when it started us, else the one beside this Node, else the one on the path. */
function npm(args) {
  const beside = [
    process.env["npm_execpath"],
    join(process.execPath, "../../lib/node_modules/npm/bin/npm-cli.js"),
    join(process.execPath, "../node_modules/npm/bin/npm-cli.js"),
  ].find((path) => path?.endsWith("npm-cli.js") && existsSync(path));
  return beside
    ? run(process.execPath, [beside, ...args])
    : run("npm", args, { shell: process.platform === "win32" });
}

/** Resolves to the exit code. Passes on the signals that ask to stop, so that the child can clean up. */
function run(command, args, options = {}) {
  return new Promise((done, fail) => {
    const child = spawn(command, args, { cwd: ROOT, stdio: "inherit", ...options });
    const pass = (signal) => child.kill(signal);
    process.on("SIGTERM", pass);
    process.on("SIGHUP", pass);
    // The terminal sends Ctrl+C to the child as well; here it only must not end us before the child has ended.
    process.on("SIGINT", pass);
    child.on("error", fail);
    child.on("exit", (code, signal) => {
      for (const name of ["SIGTERM", "SIGHUP", "SIGINT"]) process.off(name, pass);
      done(code ?? (signal === "SIGINT" ? 130 : 143));
    });
  });
}

/** Where a package brought Node for this platform, else this very Node when it is new enough to run TypeScript. */
function findNode() {
  const platform = process.platform === "win32" ? "win" : process.platform;
  const file = process.platform === "win32" ? "node.exe" : "node";
  for (const name of [`node-${platform}-${process.arch}`, `node-bin-${platform}-${process.arch}`]) {
    const path = join(ROOT, "node_modules", name, "bin", file);
    if (existsSync(path)) return path;
  }
  const [major = 0, minor = 0] = process.versions.node.split(".").map(Number);
  if (major > 22 || (major === 22 && minor >= 18)) return process.execPath;
  throw new Error(
    `There is no Node package for ${process.platform} ${process.arch}, and Node ${process.versions.node} is too old. ` +
      "Install Node 24 and try again.",
  );
}

/** Installs what is missing, then runs a script of this folder with the command line's arguments. Sets the exit code. */
export async function runScript(script) {
  try {
    if (!isInstalled()) {
      console.log("Installing dependencies ...");
      const quiet = ["--no-audit", "--no-fund", "--loglevel=error"];
      // npm ci also refuses a lockfile that only lacks another platform's package; npm install is milder.
      const code = (await npm(["ci", ...quiet])) && (await npm(["install", "--no-save", ...quiet]));
      if (code !== 0) throw new Error(`npm install ended with ${code}. Is the package registry reachable?`);
    }
    const env = {
      ...process.env,
      PATH: `${join(ROOT, "node_modules/.bin")}${delimiter()}${process.env["PATH"]}`,
    };
    process.exitCode = await run(findNode(), [join(import.meta.dirname, script), ...process.argv.slice(2)], {
      env,
    });
  } catch (error) {
    console.error(`\n${error.message}`);
    process.exitCode = 1;
  }
}

function delimiter() {
  return process.platform === "win32" ? ";" : ":";
}
