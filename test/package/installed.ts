import { mkdirSync, mkdtempSync, realpathSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { delimiter, dirname, join } from "node:path";
import { npm } from "../dev/npm.ts";
import { packCli } from "../dev/pack-cli.ts";

export interface Installed {
  readonly tarball: string;
  /** A project that has the package as its only dependency. */
  readonly project: string;
  /** What the program runs with: a home of its own, and of this machine only the path. */
  readonly env: Record<string, string>;
  npm(args: readonly string[]): Promise<string>;
  remove(): void;
}

/** Makes the package and installs it with npm, from nothing but its tarball: no network, no cache, no configuration. */
export async function installPackage(): Promise<Installed> {
  const base = realpathSync(mkdtempSync(join(tmpdir(), "plumb-package-")));
  const project = join(base, "project");
  mkdirSync(project);
  const tarball = await packCli(base);
  const env = {
    PATH: [dirname(process.execPath), process.env["PATH"] ?? ""].join(delimiter),
    HOME: base,
    IS_SANDBOX: "1",
    npm_config_cache: join(base, "cache"),
    npm_config_offline: "true",
    npm_config_update_notifier: "false",
  };
  const own = (args: readonly string[]): Promise<string> => npm(args, project, env);
  await own(["install", "--no-package-lock", tarball]);
  return {
    ...{ tarball, project, env, npm: own },
    remove: () => rmSync(base, { recursive: true, force: true }),
  };
}
