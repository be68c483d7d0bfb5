import { execFileSync, spawnSync } from "node:child_process";
import { existsSync, mkdtempSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { expect, onTestFinished } from "vitest";
import type { Script } from "../support/fake-api/fake-api.ts";
import { openTerminal, type Terminal } from "./terminal.ts";

const PROGRAM = join(import.meta.dirname, "../../dist/cli.js");

/** Why there is no pseudo-terminal to drive here; undefined when there is one. */
export const noPseudoTerminal: string | undefined =
  spawnSync("tmux", ["-V"]).status === 0 ? undefined : "tmux is not installed";

interface Look {
  readonly columns?: number;
  readonly rows?: number;
  readonly env?: Readonly<Record<string, string>>;
  readonly args?: readonly string[];
  /** A file that standard output goes to. */
  readonly outputTo?: string;
  /** Where somebody was before; a place of its own when left out. */
  readonly on?: Terminal;
}

/** A person's terminal, as tmux draws it. */
export interface PseudoTerminal extends Terminal {
  /** What can be seen, and was before it went out of sight. */
  screen(): string;
  /** The same with its colours, as they were written. */
  colours(): string;
  /** Everything the program wrote, to the byte. */
  raw(): string;
  /** Keys by tmux's names ("Enter", "C-c"), or text. */
  keys(...keys: readonly string[]): void;
  /** Text as a paste. */
  paste(text: string): void;
  resize(columns: number, rows: number): void;
  shows(text: string | RegExp): Promise<void>;
  /** The window is closed, or the line to it is lost: the kernel tells the program, and nothing can be seen any more. */
  hangUp(): void;
  /** Resolves to its exit code. */
  ended(): Promise<number>;
}

export async function openPseudoTerminal(script: Script, look: Look = {}): Promise<PseudoTerminal> {
  const terminal = look.on ?? (await openTerminal(script));
  const base = join(terminal.dir, "..");
  const own = mkdtempSync(join(base, "t"));
  const socket = join(own, "tmux");
  const written = join(own, "written");
  const ended = join(own, "ended");
  const tmux = (...args: readonly string[]): string =>
    execFileSync("tmux", ["-S", socket, "-f", "/dev/null", ...args], { encoding: "utf8" });
  const { PATH = "" } = process.env;
  const env = {
    ...{ PATH, HOME: base, TERM: "screen-256color", LANG: "C.UTF-8", IS_SANDBOX: "1" },
    ...{ ANTHROPIC_API_KEY: "test", ANTHROPIC_BASE_URL: terminal.api.url, ...look.env },
  };
  const { columns = 80, rows = 40 } = look;
  const size = ["-x", String(columns), "-y", String(rows)];
  const assigned = Object.entries(env).map(([name, value]) => `${name}=${value}`);
  // Before the program starts: what it writes first is to be seen as well.
  tmux(
    "start-server",
    ";",
    "set",
    "-g",
    "remain-on-exit",
    "on",
    ";",
    "set",
    "-s",
    "escape-time",
    "0",
    ";",
    ...["new-session", "-d", ...size, "-c", terminal.dir, "cat"],
  );
  onTestFinished(() => {
    spawnSync("tmux", ["-S", socket, "kill-server"]);
  });
  tmux("pipe-pane", "-o", `cat >> '${written}'`);
  // Not every tmux tells how a program ended.
  const redirection = look.outputTo === undefined ? "" : ` > '${look.outputTo}'`;
  const shell = ["sh", "-c", `trap : INT HUP; "$@"${redirection}; echo $? > '${ended}'`, "sh"];
  const program = ["env", "-i", ...assigned, process.execPath, PROGRAM, ...(look.args ?? [])];
  tmux("respawn-pane", "-k", "-c", terminal.dir, ...shell, ...program);
  const screen = (): string => tmux("capture-pane", "-p", "-J", "-S", "-500");
  return {
    ...terminal,
    screen,
    colours: () => tmux("capture-pane", "-p", "-e", "-S", "-500"),
    raw: () => (existsSync(written) ? readFileSync(written, "utf8") : ""),
    keys: (...keys) => void tmux("send-keys", ...keys),
    paste(text) {
      tmux("set-buffer", "--", text);
      tmux("paste-buffer", "-p");
    },
    resize: (wide, high) => void tmux("resize-window", "-x", String(wide), "-y", String(high)),
    shows: (text) => expect.poll(screen).toMatch(text),
    hangUp: () => void spawnSync("tmux", ["-S", socket, "kill-server"]),
    async ended() {
      const code = (): string => (existsSync(ended) ? readFileSync(ended, "utf8").trim() : "");
      await expect.poll(code).toMatch(/^\d+$/);
      return Number(code());
    },
  };
}
