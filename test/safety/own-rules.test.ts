import { beforeAll, expect, test } from "vitest";
import { checkRules, RuleQuestion } from "../../src/safety/check/check-rules.ts";
import { loadShell } from "../../src/safety/shell/late.ts";
import { RULE_CASES } from "./own-rule-cases.ts";

const FIELDS: Readonly<Record<string, string>> = { Bash: "command", WebFetch: "url", Grep: "path" };

beforeAll(loadShell);

test.each(RULE_CASES)("%s: with %j %s of %j is decided %s", (_why, written, tool, input, expected) => {
  const rules: Record<string, string[]> = { allow: [], ask: [], deny: [] };
  for (const rule of written.split(" | ").filter((one) => one !== "")) {
    const [verdict = "", ...text] = rule.split(" ");
    rules[verdict]?.push(text.join(" "));
  }
  const cwd = "/home/dev/project";
  const isFile = !(tool in FIELDS) || tool === "Grep";
  const field = FIELDS[tool] ?? "file_path";
  const isOther = /^mcp__|^Agent/.test(tool);
  const question = RuleQuestion.parse({
    rules,
    tool,
    input: isOther ? { x: 1 } : { [field]: isFile && !input.startsWith("/") ? `${cwd}/${input}` : input },
    cwd,
    env: { projectRoot: cwd, home: "/home/dev", platform: "linux" },
  });
  const { decision, reasons } = checkRules(question);
  expect(decision, JSON.stringify(reasons)).toBe(expected);
});
