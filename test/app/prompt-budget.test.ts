import { execFileSync } from "node:child_process";
import { expect, test } from "vitest";
import { familyOf, textTokens, toolTokens } from "../../src/context/token-sizes.ts";
import { text } from "../../src/core/message.ts";
import { reply, say } from "../support/fake-api/replies.ts";
import { countTokens, toUnits } from "../support/fake-api/units.ts";
import { eventsOf, startWorld } from "../support/start-app.ts";

const MOST_TOKENS = 3_000;

test("system prompt and tools cost at most 3,000 tokens in an ordinary repository, as the server counts and as we do", async () => {
  const world = await startWorld({
    script: [reply(say("Hello."))],
    files: {
      "package.json":
        '{"scripts":{"build":"tsc","test":"vitest","lint":"biome check","typecheck":"tsc --noEmit"}}',
      ...Object.fromEntries(
        ["src/a.ts", "test/a.ts", "docs/a.md", "README.md", "LICENSE", "tsconfig.json", ".gitignore"].map(
          (name) => [name, ""],
        ),
      ),
    },
  });
  const git = (...args: string[]): void =>
    void execFileSync("git", ["-c", "user.name=Dev", "-c", "user.email=dev@example.com", ...args], {
      cwd: world.dir,
      stdio: "ignore",
    });
  git("init", "-b", "main");
  git("add", "-A");
  for (const subject of ["Open the shop", "Sell by weight as well", "Fix rounding of prices"])
    git("commit", "--allow-empty", "-m", subject);
  const app = await world.open();
  await app.prompt([text("Hi")], "now");
  const body = world.api.requests[0]?.body;
  if (!body) throw new Error("Nothing was sent.");
  const prefix = toUnits(body).filter(({ kind }) => kind !== "message");
  expect(JSON.stringify(body.system)).toContain("Last commits: Fix rounding of prices | ");
  expect(countTokens(prefix)).toBeLessThanOrEqual(MOST_TOKENS);
  const [sent] = eventsOf(app, "prefix");
  const family = familyOf(body.model);
  const own =
    (sent?.system ?? []).reduce((sum, part) => sum + textTokens(part, family), 0) +
    (sent?.tools ?? []).reduce((sum, tool) => sum + toolTokens(tool, family), 0);
  expect(own).toBeLessThanOrEqual(MOST_TOKENS * 1.02);
  expect(own).toBeGreaterThan(MOST_TOKENS / 3);
});
