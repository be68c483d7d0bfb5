import { join } from "node:path";
import { ROOT } from "../dev/paths.ts";

/** A call as an agent's own tools want it. */
export type TheirCall = readonly [tool: string, input: Readonly<Record<string, unknown>>];
interface Lines {
  readonly from: number;
  readonly lines: number;
}
/** Our three calls in the words of an agent. Paths are absolute, which some insist on. */
export interface Calls {
  /** A whole file, or so many lines of it from one that is counted from 1. */
  read(path: string, part?: Lines): TheirCall;
  edit(path: string, from: string, to: string): TheirCall;
  run(command: string): TheirCall;
}
/**
 * An agent's command line, as data. In arguments, environment and files `{url}` is the stand-in's address, `{model}` the model
 * and `{home}` its home. The prompt is the last argument.
 */
export interface OtherAgent {
  readonly name: string;
  /** What to install from the package registry, with the version that the flags below were tried on. */
  readonly from?: string;
  /** Looked for in PATH, unless it is a path. */
  readonly command: string;
  readonly args: readonly string[];
  readonly env: Readonly<Record<string, string>>;
  /** What its settings are before it starts: path in its home → text. */
  readonly files?: Readonly<Record<string, string>>;
  /** Without them only scenarios without tools can be run. */
  readonly calls?: Calls;
}

const KEY = { ANTHROPIC_API_KEY: "bench", ANTHROPIC_BASE_URL: "{url}" };
const offsetAndLimit = (part: Lines | undefined): object | undefined =>
  part && { offset: part.from, limit: part.lines };
const OUR_CALLS: Calls = {
  read: (file_path, part) => ["Read", { file_path, ...offsetAndLimit(part) }],
  edit: (file_path, old_string, new_string) => ["Edit", { file_path, old_string, new_string }],
  run: (command) => ["Bash", { command }],
};

/** As a user starts it: by its first line, which costs what it costs the others. */
const plumb = join(ROOT, "dist/cli.js");
const byNode = process.platform === "win32";

export const OURS: readonly OtherAgent[] = [
  {
    name: "floor",
    command: process.execPath,
    args: [join(ROOT, "test/bench/floor.mjs")],
    env: { ...KEY, BENCH_MODEL: "{model}" },
    calls: OUR_CALLS,
  },
  {
    name: "plumb",
    command: byNode ? process.execPath : plumb,
    args: [...(byNode ? [plumb] : []), "--model", "{model}", "--permission-mode", "bypass", "-p"],
    env: KEY,
    calls: OUR_CALLS,
  },
];

/** By their help texts and public documentation; what reports home or updates itself is switched off where that is documented. */
export const OTHERS: readonly OtherAgent[] = [
  {
    name: "claude",
    from: "@anthropic-ai/claude-code@2.1.330",
    command: "claude",
    args: ["--model", "{model}", "--dangerously-skip-permissions", "-p"],
    // It refuses to skip permissions as root elsewhere than in a sandbox.
    env: { ...KEY, IS_SANDBOX: "1", CLAUDE_CODE_DISABLE_NONESSENTIAL_TRAFFIC: "1" },
    calls: { ...OUR_CALLS, run: (command) => ["Bash", { command, description: "Run a command" }] },
  },
  {
    name: "opencode",
    from: "opencode-ai@1.18.33",
    command: "opencode",
    args: ["run", "--auto", "--model", "anthropic/{model}"],
    env: {
      OPENCODE_DISABLE_AUTOUPDATE: "1",
      OPENCODE_CONFIG_CONTENT: JSON.stringify({
        autoupdate: false,
        share: "disabled",
        provider: {
          anthropic: { options: { baseURL: "{url}/v1", apiKey: "bench" }, models: { "{model}": {} } },
        },
      }),
    },
    calls: {
      read: (filePath, part) => ["read", { filePath, ...offsetAndLimit(part) }],
      edit: (filePath, oldString, newString) => ["edit", { filePath, oldString, newString }],
      run: (command) => ["bash", { command }],
    },
  },
  {
    name: "pi",
    from: "@mariozechner/pi-coding-agent@0.73.1",
    command: "pi",
    args: ["--provider", "anthropic", "--model", "{model}", "-p"],
    env: { ANTHROPIC_API_KEY: "bench", PI_OFFLINE: "1" },
    files: {
      ".pi/agent/models.json": JSON.stringify({
        providers: {
          anthropic: {
            ...{ baseUrl: "{url}", apiKey: "bench", api: "anthropic-messages" },
            models: [{ id: "{model}", contextWindow: 1_000_000, maxTokens: 32_000 }],
          },
        },
      }),
    },
    calls: {
      read: (path, part) => ["read", { path, ...offsetAndLimit(part) }],
      edit: (path, oldText, newText) => ["edit", { path, edits: [{ oldText, newText }] }],
      run: (command) => ["bash", { command }],
    },
  },
  {
    name: "cline",
    from: "cline@3.0.65",
    command: "cline",
    args: ["--provider", "anthropic", "--model", "{model}"],
    env: { CLINE_NO_AUTO_UPDATE: "1" },
    files: {
      ".cline/data/settings/providers.json": JSON.stringify({
        version: 1,
        lastUsedProvider: "anthropic",
        providers: {
          anthropic: {
            settings: { provider: "anthropic", apiKey: "bench", model: "{model}", baseUrl: "{url}/v1" },
            updatedAt: "2026-01-01T00:00:00.000Z",
            tokenSource: "manual",
          },
        },
      }),
    },
    calls: {
      read: (path, part) => [
        "read_files",
        {
          files: [{ path, ...(part && { start_line: part.from, end_line: part.from + part.lines - 1 }) }],
        },
      ],
      edit: (path, old_text, new_text) => ["editor", { path, old_text, new_text }],
      run: (command) => ["run_commands", { commands: [command] }],
    },
  },
  {
    name: "qwen",
    from: "@qwen-code/qwen-code@0.24.4",
    command: "qwen",
    args: ["--auth-type", "anthropic", "--model", "{model}", "--yolo"],
    env: { ...KEY, ANTHROPIC_MODEL: "{model}" },
    files: {
      ".qwen/settings.json": JSON.stringify({
        general: { enableAutoUpdate: false },
        privacy: { usageStatisticsEnabled: false },
      }),
    },
    calls: {
      // It counts lines from 0.
      read: (file_path, part) => [
        "read_file",
        { file_path, ...(part && offsetAndLimit({ ...part, from: part.from - 1 })) },
      ],
      edit: (file_path, old_string, new_string) => ["edit", { file_path, old_string, new_string }],
      run: (command) => ["run_shell_command", { command, is_background: false }],
    },
  },
  {
    name: "continue",
    from: "@continuedev/cli@1.5.47",
    command: "cn",
    args: ["--config", "{home}/config.yaml", "--auto", "-p"],
    env: { CONTINUE_TELEMETRY_ENABLED: "0" },
    files: {
      // YAML that is JSON.
      "config.yaml": JSON.stringify({
        ...{ name: "bench", version: "1.0.0", schema: "v1" },
        models: [
          {
            ...{ name: "bench", provider: "anthropic", model: "{model}", apiKey: "bench" },
            ...{ apiBase: "{url}/v1/", roles: ["chat", "edit", "apply"] },
          },
        ],
      }),
    },
    calls: {
      // It has no part of a file.
      read: (filepath) => ["Read", { filepath }],
      edit: (file_path, old_string, new_string) => [
        "MultiEdit",
        { file_path, edits: [{ old_string, new_string }] },
      ],
      run: (command) => ["Bash", { command }],
    },
  },
  {
    name: "copilot",
    from: "@github/copilot@1.0.102",
    command: "copilot",
    args: ["--allow-all", "--no-auto-update", "--no-ask-user", "--prompt"],
    env: {
      COPILOT_PROVIDER_TYPE: "anthropic",
      COPILOT_PROVIDER_BASE_URL: "{url}",
      COPILOT_PROVIDER_API_KEY: "bench",
      COPILOT_MODEL: "{model}",
      COPILOT_OFFLINE: "true",
    },
    calls: {
      read: (path, part) => [
        "view",
        { path, ...(part && { view_range: [part.from, part.from + part.lines - 1] }) },
      ],
      edit: (path, old_str, new_str) => ["edit", { path, old_str, new_str }],
      run: (command) => ["bash", { command, description: "Run a command" }],
    },
  },
];
