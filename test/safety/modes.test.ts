import { beforeAll, describe, expect, test } from "vitest";
import { type Access, policyFromRules, type Rule, type Verdict } from "../../src/core/access.ts";
import { MODES } from "../../src/core/mode.ts";
import { floorRules, modeRules, readableRules, untrustedRules } from "../../src/safety/modes.ts";
import { parseRule } from "../../src/safety/rules.ts";
import { loadShell } from "../../src/safety/shell/late.ts";
import { linuxPlace } from "./place.ts";

beforeAll(loadShell);

const place = linuxPlace();
const root = "/home/dev/project";
const ACCESSES = {
  "read inside": { kind: "read", target: `${root}/src/a.ts` },
  "read outside": { kind: "read", target: "/etc/hosts" },
  "write inside": { kind: "write", target: `${root}/src/a.ts` },
  "write outside": { kind: "write", target: "/home/dev/other" },
  execute: { kind: "execute", target: "make" },
  network: { kind: "network", target: "example.com" },
  unknown: { kind: "unknown", target: "mcp__a__b" },
} satisfies Record<string, Access>;
const table = (rules: readonly Rule[]): Record<string, Verdict> =>
  Object.fromEntries(
    Object.entries(ACCESSES).map(([name, access]) => [name, policyFromRules(rules)(access).verdict]),
  );
const on = (rules: readonly Rule[], kind: Access["kind"], target: string): Verdict =>
  policyFromRules(rules)({ kind, target }).verdict;
const allow = (text: string): Rule[] => parseRule("allow", text, text, place) ?? [];

describe("modes", () => {
  test("Ask reads the workspace and asks for the rest", () => {
    expect(table(modeRules("ask", place))).toEqual({
      "read inside": "allow",
      "read outside": "ask",
      "write inside": "ask",
      "write outside": "ask",
      execute: "ask",
      network: "ask",
      unknown: "ask",
    });
  });
  test("Accept edits also writes in the workspace", () => {
    expect(table(modeRules("acceptEdits", place))).toEqual({
      "read inside": "allow",
      "read outside": "ask",
      "write inside": "allow",
      "write outside": "ask",
      execute: "ask",
      network: "ask",
      unknown: "ask",
    });
  });
  test("Plan looks and does nothing, whatever rules allow", () => {
    const rules = [
      ...modeRules("plan", place),
      ...allow("Bash"),
      ...allow("Edit"),
      ...allow("mcp__a"),
      ...allow("WebFetch"),
    ];
    expect(table(rules)).toEqual({
      "read inside": "allow",
      "read outside": "ask",
      "write inside": "deny",
      "write outside": "deny",
      execute: "deny",
      network: "ask",
      unknown: "deny",
    });
  });
  test("Bypass asks for nothing but what the floor protects", () => {
    expect(new Set(Object.values(table([...modeRules("bypass", place), ...floorRules(place)])))).toEqual(
      new Set(["allow"]),
    );
  });
});

describe("the floor", () => {
  test("holds for a link to a secret as well", () => {
    const real = (path: string) => (path === `${root}/notes.txt` ? `${root}/.env` : undefined);
    const rules = [...allow("Bash(cat *)"), ...floorRules({ ...place, real })];
    expect(on(rules, "execute", "cat notes.txt")).toBe("ask");
    expect(on(rules, "execute", "cat other.txt")).toBe("allow");
  });
  test.each(MODES)("holds in mode %s", (mode) => {
    const rules = [
      ...modeRules(mode, place),
      ...floorRules(place),
      ...allow("Read"),
      ...allow("Edit"),
      ...allow("Bash"),
      ...allow("WebFetch"),
    ];
    for (const [kind, target] of [
      ["write", `${root}/.git/hooks/pre-commit`],
      ["write", `${root}/.vscode/settings.json`],
      ["write", `${root}/.env`],
      ["write", "/home/dev/.bashrc"],
      ["write", "/home/dev/.plumb/projects/x/rules.json"],
      ["read", `${root}/.env`],
      ["read", "/home/dev/.ssh/id_rsa"],
      ["network", "localhost"],
      ["network", "169.254.169.254"],
      ["execute", "rm -rf /"],
      ["execute", "rm -rf ~"],
      ["execute", "rm -rf ."],
      ["execute", "sudo rm -rf ~/project/*"],
      ["execute", "echo x > .git/config"],
      ["execute", "rm -r .git"],
      ["execute", "mv a .vscode/tasks.json"],
      ["execute", "sed -i s/a/b/ AGENTS.md"],
    ] as const)
      expect(`${target}: ${on(rules, kind, target)}`).not.toBe(`${target}: allow`);
  });

  test("leaves ordinary work alone", () => {
    const rules = [...modeRules("bypass", place), ...floorRules(place)];
    for (const [kind, target] of [
      ["write", `${root}/src/git/config`],
      ["write", `${root}/package.json`],
      ["read", `${root}/.env.example`],
      ["read", `${root}/.github/workflows/ci.yml`],
      ["execute", "rm -rf build"],
      ["execute", "rm -rf ./dist/*"],
      ["execute", "cat AGENTS.md"],
      ["execute", "git add .github"],
      ["network", "example.com"],
    ] as const)
      expect(`${target}: ${on(rules, kind, target)}`).toBe(`${target}: allow`);
  });

  test("is lifted for a protected file by a rule that names it, and for nothing else", () => {
    const rules = allow("Edit(/.vscode/settings.json)");
    const policy = [...modeRules("acceptEdits", place), ...rules, ...floorRules(place, rules)];
    expect(on(policy, "write", `${root}/.vscode/settings.json`)).toBe("allow");
    expect(on(policy, "write", `${root}/.vscode/tasks.json`)).toBe("ask");
    const broad = allow("Edit(**)");
    expect(on([...broad, ...floorRules(place, broad)], "write", `${root}/.vscode/settings.json`)).toBe("ask");
  });

  test("looks at the place inside the workspace, which may itself lie in a protected folder", () => {
    const inside = linuxPlace({ cwd: "/home/dev/.claude/trees/x", roots: ["/home/dev/.claude/trees/x"] });
    const rules = [...modeRules("acceptEdits", inside), ...floorRules(inside)];
    expect(on(rules, "write", "/home/dev/.claude/trees/x/src/a.ts")).toBe("allow");
    expect(on(rules, "write", "/home/dev/.claude/trees/x/.claude/settings.json")).toBe("ask");
  });
});

test("an untrusted workspace can only be read, whatever mode and rules say", () => {
  const rules = [...modeRules("bypass", place), ...allow("Bash"), ...allow("Edit"), ...untrustedRules(place)];
  expect(table(rules)).toMatchObject({
    "read inside": "allow",
    "write inside": "deny",
    execute: "deny",
    network: "deny",
    unknown: "deny",
  });
});

test("folders of our own can be read and nothing beside them", () => {
  const rules = readableRules(["/home/dev/.plumb/blobs"], place);
  expect(on(rules, "read", "/home/dev/.plumb/blobs/ab")).toBe("allow");
  expect(on(rules, "read", "/home/dev/.plumb/blobs2/ab")).toBe("ask");
  expect(on(rules, "write", "/home/dev/.plumb/blobs/ab")).toBe("ask");
});

test("without a folder nothing is inside", () => {
  const nowhere = linuxPlace({ roots: [] });
  expect(on(modeRules("acceptEdits", nowhere), "read", `${root}/a`)).toBe("ask");
});
