import { join } from "node:path";
import { ROOT } from "../dev/paths.ts";

/** Another agent's command line, as data. In arguments and environment `{url}` is the stand-in's address, `{model}` the model. */
export interface OtherAgent {
  readonly name: string;
  /** Looked for in PATH, unless it is a path. */
  readonly command: string;
  /** The prompt comes after them. */
  readonly args: readonly string[];
  readonly env: Readonly<Record<string, string>>;
  /** What it calls our tools and their fields; without it only scenarios without tools can be run. */
  readonly tools?: Readonly<Record<string, ToolName>>;
}
export interface ToolName {
  readonly name: string;
  /** Our field → its field. What is not named keeps its name. */
  readonly fields?: Readonly<Record<string, string>>;
  /** Fields that it wants beside ours. */
  readonly more?: Readonly<Record<string, string>>;
}

const KEY = { ANTHROPIC_API_KEY: "bench", ANTHROPIC_BASE_URL: "{url}", IS_SANDBOX: "1" };
const SAME = { Read: { name: "Read" }, Edit: { name: "Edit" }, Bash: { name: "Bash" } };

export const OURS: readonly OtherAgent[] = [
  {
    name: "floor",
    command: process.execPath,
    args: [join(ROOT, "test/bench/floor.mjs")],
    env: { ...KEY, BENCH_MODEL: "{model}" },
    tools: SAME,
  },
  {
    name: "plumb",
    command: process.execPath,
    args: [join(ROOT, "dist/cli.js"), "--model", "{model}", "--permission-mode", "bypass", "-p"],
    env: KEY,
    tools: SAME,
  },
];

/** By their public documentation. One that is not installed, or no longer takes these flags, is named and left out. */
export const OTHERS: readonly OtherAgent[] = [
  {
    name: "claude",
    command: "claude",
    args: ["--model", "{model}", "--dangerously-skip-permissions", "-p"],
    env: { ...KEY, CLAUDE_CODE_DISABLE_NONESSENTIAL_TRAFFIC: "1", DISABLE_AUTOUPDATER: "1" },
    tools: SAME,
  },
  {
    name: "opencode",
    command: "opencode",
    args: ["run", "--model", "anthropic/{model}"],
    env: {
      OPENCODE_CONFIG_CONTENT: JSON.stringify({
        autoupdate: false,
        share: "disabled",
        provider: {
          anthropic: { options: { baseURL: "{url}/v1", apiKey: "bench" }, models: { "{model}": {} } },
        },
      }),
    },
    tools: {
      Read: { name: "read", fields: { file_path: "filePath" } },
      Edit: {
        name: "edit",
        fields: { file_path: "filePath", old_string: "oldString", new_string: "newString" },
      },
      Bash: { name: "bash", more: { description: "Runs a command" } },
    },
  },
  {
    name: "goose",
    command: "goose",
    args: ["run", "--no-session", "--text"],
    env: {
      ANTHROPIC_API_KEY: "bench",
      ANTHROPIC_HOST: "{url}",
      GOOSE_PROVIDER: "anthropic",
      GOOSE_MODEL: "{model}",
      GOOSE_MODE: "auto",
      GOOSE_DISABLE_KEYRING: "1",
    },
  },
  {
    name: "aider",
    command: "aider",
    args: [
      ...["--model", "anthropic/{model}", "--yes-always", "--no-git", "--no-check-update"],
      ...["--analytics-disable", "--no-show-model-warnings", "--message"],
    ],
    env: { ANTHROPIC_API_KEY: "bench", ANTHROPIC_API_BASE: "{url}" },
  },
];
