import { execFileSync, spawn } from "node:child_process";
import { mkdirSync, mkdtempSync, realpathSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { dirname, join } from "node:path";
import type { ToolSpec } from "../../src/core/events/talk.ts";
import { builtinTools } from "../../src/tools/index.ts";
import { offered } from "../../src/tools/offered.ts";
import { type FakeApi, startFakeApi } from "../support/fake-api/fake-api.ts";
import { reply, say } from "../support/fake-api/replies.ts";
import { keep, out } from "./figures.ts";
import { PLUMB } from "./measure.ts";

const GOAL_TOKENS = 3_000;
const FILES = {
  "package.json":
    '{"scripts":{"build":"tsc","test":"vitest","lint":"biome check","typecheck":"tsc --noEmit"}}',
  "src/index.ts": "export {};\n",
  "test/index.test.ts": "export {};\n",
  "docs/guide.md": "# Guide\n",
  "README.md": "# Shop\n",
  "tsconfig.json": "{}\n",
};

/** System prompt and tools in an ordinary repository, as the server counts them and as Plumb itself does. */
export async function benchPrefix(): Promise<void> {
  const base = realpathSync(mkdtempSync(join(tmpdir(), "plumb-bench-prefix-")));
  const [cwd, home] = [join(base, "shop"), join(base, "home")];
  mkdirSync(home);
  for (const [name, content] of Object.entries(FILES)) {
    mkdirSync(dirname(join(cwd, name)), { recursive: true });
    writeFileSync(join(cwd, name), content);
  }
  const api = await startFakeApi({ script: [reply(say("Hello."))] });
  try {
    const env = {
      ...process.env,
      HOME: home,
      PLUMB_HOME: join(home, ".plumb"),
      ANTHROPIC_API_KEY: "bench",
      ANTHROPIC_BASE_URL: api.url,
    };
    const git = (...args: string[]): void => void execFileSync("git", args, { cwd, env, stdio: "ignore" });
    git("init", "-b", "main");
    git("add", "-A");
    git("-c", "user.name=Dev", "-c", "user.email=dev@example.com", "commit", "-m", "Open the shop");
    const child = spawn(process.execPath, [...PLUMB.args, "Hi"], { cwd, env, stdio: "ignore" });
    await new Promise((resolve) => child.once("close", resolve));
    const [program = ""] = PLUMB.args;
    const explained = (more: object): Own =>
      JSON.parse(
        execFileSync(process.execPath, [program, "prompt", "--explain", "--json"], {
          ...{ cwd, env: { ...env, ...more } },
          encoding: "utf8",
        }),
      );
    const later = offered(builtinTools, true).map(({ spec }) => spec);
    const counted = { all: await countPrefix(api), later: await countPrefix(api, later) };
    const own = { all: explained({}), later: explained({ ANTHROPIC_BASE_URL: "" }) };
    out(
      `\nsystem prompt and tools (goal ${GOAL_TOKENS}), with tools loaded later, and with all of them at once`,
    );
    out(`  as the server counts ${counted.later} tokens, ${counted.all}`);
    for (const { tokens, systemTokens, toolTokens } of [own.later, own.all])
      out(`  as Plumb counts      ${tokens} tokens: system prompt ${systemTokens}, tools ${toolTokens}`);
    const { tokens, systemTokens: system, toolTokens: tools } = own.later;
    keep("prefix", 1, { server: counted.later, own: tokens, system, tools, allAtOnce: counted.all });
  } finally {
    await api.close();
    rmSync(base, { recursive: true, force: true });
  }
}

interface Own {
  readonly systemTokens: number;
  readonly toolTokens: number;
  readonly tokens: number;
}

/** System prompt and tools of the last request, or these tools, as the API's own counter counts them. */
export async function countPrefix(api: FakeApi, given?: readonly ToolSpec[]): Promise<number> {
  const last = api.requests.at(-1);
  if (!last) throw new Error("Nothing was asked of the model.");
  const count = async (prefix: object): Promise<number> => {
    const response = await fetch(`${api.url}/v1/messages/count_tokens`, {
      method: "POST",
      headers: { "x-api-key": "bench", "anthropic-version": "2023-06-01" },
      body: JSON.stringify({
        model: last.body.model,
        messages: [{ role: "user", content: "Hi" }],
        ...prefix,
      }),
    });
    const body: { input_tokens: number } = JSON.parse(await response.text());
    return body.input_tokens;
  };
  const { system } = last.body;
  const tools = given ?? last.body.tools;
  return (await count({ system, tools })) - (await count({}));
}
