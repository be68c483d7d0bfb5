import { describe, expect, test } from "vitest";
import type { Shell, ShellChunk } from "../../src/core/ports.ts";
import { aborted, collect, never, type World } from "./world.ts";

export const outputOf = (chunks: readonly ShellChunk[]): string =>
  chunks.map((chunk) => (chunk.type === "output" ? chunk.text : "")).join("");

/** For adapters that run `bash` or `sh` on this machine. */
export function describeShell(name: string, make: () => Promise<{ shell: Shell; world: World }>): void {
  const runIn = async (command: string): Promise<{ output: string; exits: ShellChunk[] }> => {
    const { shell, world } = await make();
    const chunks = await collect(shell.run(command, { cwd: world.path("") }, never()));
    expect(chunks.at(-1)?.type).toBe("exit");
    return { output: outputOf(chunks), exits: chunks.filter(({ type }) => type === "exit") };
  };

  describe(`shell: ${name}`, () => {
    test("both outputs come in the order they were written, then exactly one exit", async () => {
      expect(await runIn("echo 1; echo 2 >&2; echo 3; echo 4 >&2; echo 5")).toEqual({
        output: "1\n2\n3\n4\n5\n",
        exits: [{ type: "exit", code: 0, signal: null }],
      });
    });

    test("the exit code and the signal are the command's own", async () => {
      expect((await runIn("exit 7")).exits).toEqual([{ type: "exit", code: 7, signal: null }]);
      expect((await runIn("kill -KILL $$")).exits).toEqual([{ type: "exit", code: null, signal: "SIGKILL" }]);
    });

    test("a command that reads the terminal finds its input closed", async () => {
      expect((await runIn("read -r line; echo got:$line; cat; echo end")).output).toBe("got:\nend\n");
    });

    test("characters that arrive in halves are whole, and escape sequences are gone", async () => {
      const { output } = await runIn(
        "printf '\\xe2\\x82'; sleep 0.05; printf '\\xac \\033[3'; sleep 0.05; printf '1mred\\033[0m\\n'",
      );
      expect(output).toBe("€ red\n");
    });

    test("outputs that are opened by name work", async () => {
      expect((await runIn("echo 1 > /dev/stderr; echo 2 | tee /dev/stdout; exit 4")).output).toBe(
        "1\n2\n2\n",
      );
    });

    test("a folder that does not exist is not found", async () => {
      const { shell, world } = await make();
      const running = collect(shell.run("true", { cwd: world.path("none") }, never()));
      await expect(running).rejects.toMatchObject({ kind: "not_found" });
    });

    test("a cancelled command rejects with the reason", async () => {
      const { shell, world } = await make();
      const run = (signal: AbortSignal) =>
        collect(shell.run("echo hi; sleep 60", { cwd: world.path("") }, signal));
      await expect(run(aborted())).rejects.toThrow("stopped");
      const controller = new AbortController();
      const running = async (): Promise<void> => {
        for await (const _ of shell.run("echo hi; sleep 60", { cwd: world.path("") }, controller.signal)) {
          controller.abort(new Error("stopped by the test"));
        }
      };
      await expect(running()).rejects.toThrow("stopped");
    });

    test("output without end is cut when nobody wants more of it", async () => {
      const { shell, world } = await make();
      let length = 0;
      for await (const chunk of shell.run("yes", { cwd: world.path("") }, never())) {
        if (chunk.type === "output") length += chunk.text.length;
        if (length > 100_000) break;
      }
      expect(length).toBeGreaterThan(100_000);
    });

    test("a background task writes to its file and tells how it ended", async () => {
      const { shell, world } = await make();
      const task = await shell.start("echo working; exit 3", { cwd: world.path("") });
      expect(task.command).toBe("echo working; exit 3");
      expect(await task.ended).toEqual({ code: 3, signal: null });
      expect(await shell.stop(task.id)).toBe(false);
    });

    test("at most eight tasks run, stopping one makes room, and stopAll leaves none", async () => {
      const { shell, world } = await make();
      const start = () => shell.start("sleep 60", { cwd: world.path("") });
      const tasks = await Promise.all(Array.from({ length: 8 }, start));
      await expect(start()).rejects.toMatchObject({ kind: "failed" });
      const [first] = tasks;
      expect(await shell.stop(first?.id ?? "")).toBe(true);
      expect(await first?.ended).toMatchObject({ code: null });
      tasks.push(await start());
      await shell.stopAll();
      const ends = await Promise.all(tasks.map(({ ended }) => ended));
      expect(ends.every(({ code }) => code === null)).toBe(true);
    });
  });
}
