import { describe, expect, test } from "vitest";
import { agentNamed, mainAgent, subAgents } from "../../src/agents/index.ts";
import { decide, narrow, policyFromRules } from "../../src/core/access.ts";

const verdict = (name: string, kind: "read" | "write" | "execute" | "network" | "unknown") => {
  const parent = policyFromRules([{ verdict: "allow", kind: "any", matches: () => true, source: "parent" }]);
  return decide([{ kind, target: "x" }], narrow(parent, policyFromRules(agentNamed(name)?.rules ?? [])))
    .verdict;
};

describe("sub-agents", () => {
  test.each(["explore", "Explore", "EXPLORE", "ex-plore"])("the explorer answers to %s", (name) => {
    expect(agentNamed(name)?.name).toBe("explore");
  });
  test.each(["general", "General Purpose", "general-purpose", "generalPurpose"])(
    "the worker answers to %s",
    (name) => {
      expect(agentNamed(name)?.name).toBe("general");
    },
  );
  test.each(["", "main", "nobody", "toString"])("nobody answers to %j", (name) => {
    expect(agentNamed(name)).toBeUndefined();
  });

  test("the explorer can only look, whatever its parent may do", () => {
    expect(verdict("explore", "read")).toBe("allow");
    for (const kind of ["write", "execute", "network", "unknown"] as const)
      expect(verdict("explore", kind)).toBe("deny");
  });

  test("workers neither start agents nor ask questions", () => {
    for (const { tools } of subAgents) {
      expect(tools).not.toBe("all");
      expect(tools).not.toContain("Agent");
      expect(tools).not.toContain("AskUserQuestion");
    }
  });

  test("no profile asks by itself: what its parent may do is not asked twice", () => {
    for (const { rules } of [mainAgent, ...subAgents]) {
      for (const kind of ["read", "write", "execute", "network", "unknown"] as const) {
        expect(policyFromRules(rules)({ kind, target: "x" }).because).not.toBe("no rule allows it");
      }
    }
  });
});
