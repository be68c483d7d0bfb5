import { expect, test } from "vitest";
import { isProtectedForWriting } from "../../src/safety/protected-files.ts";

/** Files that instruct, configure or start an agent, an editor or a tool of the next session: writing one asks in every mode. */
const INSTRUCTING = [
  "AGENTS.md",
  "sub/AGENTS.override.md",
  "CLAUDE.md",
  "GEMINI.md",
  ".claude/agents/x.md",
  ".claude/skills/x/SKILL.md",
  ".agents/skills/x/SKILL.md",
  ".plumb/settings.json",
  ".github/copilot-instructions.md",
  ".github/agents/x.md",
  ".github/hooks/x.json",
  ".github/instructions/x.instructions.md",
  ".github/prompts/x.prompt.md",
  ".github/skills/x/SKILL.md",
  ".github/workflows/ci.yml",
  ".cursor/rules/x.mdc",
  ".kiro/settings/mcp.json",
  ".amazonq/mcp.json",
  ".junie/guidelines.md",
  ".opencode/agent/x.md",
  "opencode.json",
  ".rules",
  ".goosehints",
  ".aider.conf.yml",
  ".mcp.json",
  ".vscode/settings.json",
  ".vs/tasks.vs.json",
  "lefthook.yaml",
  ".lefthook.yml",
  ".pre-commit-config.yml",
  ".yarn/releases/yarn.cjs",
  ".yarnrc",
  "bunfig.toml",
  ".vimrc",
];

test("whatever instructs or starts an agent, an editor or a tool is protected, at any depth and in any case", () => {
  for (const name of INSTRUCTING)
    for (const path of [name, `packages/a/${name}`, name.toUpperCase()])
      expect(isProtectedForWriting(path), path).toBe(true);
});

test("what only looks like it is not", () => {
  for (const path of [
    "src/agents.md.ts",
    ".github/dependabot.yml",
    ".yarn/cache/x.zip",
    "src/rules",
    "docs/agents/x.md",
  ])
    expect(isProtectedForWriting(path), path).toBe(false);
});
