import { spawnSync } from "node:child_process";
import { readFile, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { expect, onTestFinished, test, vi } from "vitest";
import { createShell } from "../../../src/hosts/node/node-shell.ts";
import { dockerCommand } from "../../../src/hosts/node/sandbox/docker.ts";
import { DEFAULT_SANDBOX } from "../../../src/hosts/node/sandbox/settings.ts";
import { outputOf } from "../../contract/shell.ts";
import { collect, never } from "../../contract/world.ts";
import { temporaryFolder } from "./temporary.ts";

vi.setConfig({ testTimeout: 30_000 });

const place = { docker: "/usr/bin/docker", roots: ["/w", "/v"] };

test("a command in a container is one argument, whatever is in it", () => {
  const command = `echo "$(id)"; rm -rf / ' --privileged\n`;
  const { program, args } = dockerCommand(command, "/w", { ...place, where: "dev" });
  expect(program).toBe("/usr/bin/docker");
  expect(args.slice(0, 3)).toEqual(["exec", "--workdir", "/w"]);
  expect(args.filter((arg) => arg.includes("rm -rf"))).toEqual([command]);
  expect(args.indexOf("dev")).toBeLessThan(args.indexOf(command));
});

test("an image gets the workspace folders at the same paths, and nothing else of this machine", () => {
  const { args } = dockerCommand("ls", "/w/sub", { ...place, where: "image:node:24" });
  expect(args[0]).toBe("run");
  const mounts = args.filter((_, at) => args[at - 1] === "--mount");
  expect(mounts).toEqual(["type=bind,source=/w,target=/w", "type=bind,source=/v,target=/v"]);
  expect(args).toEqual(
    expect.arrayContaining(["--rm", "--init", "--workdir", "/w/sub", "no-new-privileges"]),
  );
  expect(args).not.toContain("--privileged");
});

test.each(["--privileged", "a b", "-v/:/host", "", "image:", "image:--rm", "image:a b", "../x"])(
  "%j is no name of a container or an image",
  (where) => {
    expect(() => dockerCommand("ls", "/w", { ...place, where })).toThrow(/cannot be the name/);
  },
);

test("a folder whose name Docker would take for more is refused", () => {
  expect(() =>
    dockerCommand("ls", "/w", { docker: "/d", where: "image:a", roots: ["/w,readonly=false"] }),
  ).toThrow(/cannot mount/);
});

async function shellWith(docker: string, program?: string) {
  const [dataDir, bin] = [await temporaryFolder(), await temporaryFolder()];
  if (program !== undefined) await writeFile(join(bin, "docker"), program, { mode: 0o755 });
  const PATH = program === undefined ? bin : `${bin}:/usr/bin:/bin`;
  const sandbox = () => ({ ...DEFAULT_SANDBOX, docker });
  const shell = createShell({ dataDir, environment: { PATH }, sandbox });
  onTestFinished(() => shell.stopAll());
  return { shell, bin, run: (command: string, signal = never()) => shell.run(command, { cwd: bin }, signal) };
}

test("without Docker no command runs, and it is said what is missing", async () => {
  const { shell, run } = await shellWith("dev");
  const state = await shell.sandbox();
  expect(state).toMatchObject({ state: "unavailable", isForAll: true });
  expect(state.words).toContain("Docker is not installed");
  await expect(collect(run("echo ran"))).rejects.toMatchObject({ kind: "denied", message: state.words });
});

test("where Docker does not answer its own words are told", async () => {
  const { shell, run } = await shellWith(
    "dev",
    "#!/bin/sh\necho 'Cannot connect to the Docker daemon.' >&2\nexit 1\n",
  );
  expect((await shell.sandbox()).words).toContain("Cannot connect to the Docker daemon.");
  await expect(collect(run("echo ran"))).rejects.toMatchObject({ kind: "denied" });
});

/** Does what the program `docker` would: runs what stands behind the container's name. */
const STAND_IN = `#!/bin/bash
echo "$@" >> "$(dirname "$0")/calls"
if [ "$1" = container ]; then echo true; exit; fi
shift
while [ "$1" != dev ]; do
  case "$1" in
    --env) export "$2"; shift 2;;
    --workdir) cd "$2"; shift 2;;
    *) shift;;
  esac
done
shift
exec "$@"
`;

test("output, exit code and folder are those of the command in the container", async () => {
  const { bin, run } = await shellWith("dev", STAND_IN);
  const chunks = await collect(run("pwd; echo err >&2; echo $'it\\'s'; exit 7"));
  expect(outputOf(chunks)).toBe(`${bin}\nerr\nit's\n`);
  expect(chunks.at(-1)).toMatchObject({ type: "exit", code: 7 });
  // Docker knows what is refused there; a container counts as no sandbox.
  expect(chunks.at(-1)).not.toHaveProperty("refused");
});

test("stopping ends what goes on in the container too", async () => {
  const { bin, run } = await shellWith("dev", STAND_IN);
  const stop = new AbortController();
  const command = `echo started; exec sleep 61${process.pid}`;
  await expect(async () => {
    for await (const chunk of run(command, stop.signal)) if (chunk.type === "output") stop.abort();
  }).rejects.toThrow();
  const list = spawnSync("ps", ["-eo", "stat=,args="], { encoding: "utf8" }).stdout;
  expect(
    list.split("\n").filter((line) => line.includes(`sleep 61${process.pid}`) && !line.startsWith("Z")),
  ).toEqual([]);
  expect(await readFile(join(bin, "calls"), "utf8")).toMatch(/exec dev sh -c for p in/);
});

test("a command that has to be confined does not run in a container", async () => {
  const { shell, bin } = await shellWith("dev", STAND_IN);
  await expect(
    collect(shell.run("echo ran", { cwd: bin, place: "confined" }, never())),
  ).rejects.toMatchObject({ kind: "denied" });
});
