import { expect, test } from "vitest";
import { decide, narrow, policyFromRules, type Rule } from "../../src/core/access.ts";

const run = { kind: "execute", target: "make" } as const;
const rule = (verdict: Rule["verdict"], source: string, isConfined?: true): Rule => ({
  ...{ verdict, kind: "execute", source, matches: () => true },
  ...(isConfined && { isConfined }),
});
const inSandbox = rule("allow", "sandbox", true);

test("what a rule allows only in the sandbox is decided with that", () => {
  expect(policyFromRules([inSandbox])(run)).toMatchObject({ verdict: "allow", isConfined: true });
  expect(decide([run], policyFromRules([inSandbox]))).toMatchObject({ verdict: "allow", isConfined: true });
});

test("a rule of the user that allows the same lifts it, in either order", () => {
  const mine = rule("allow", "mine");
  for (const rules of [
    [inSandbox, mine],
    [mine, inSandbox],
  ]) {
    const decision = policyFromRules(rules)(run);
    expect(decision).toMatchObject({ verdict: "allow", because: "mine" });
    expect(decision.isConfined).toBeUndefined();
  }
});

test("it never weakens an ask or a deny", () => {
  for (const verdict of ["ask", "deny"] as const) {
    const decision = policyFromRules([inSandbox, rule(verdict, "stricter")])(run);
    expect(decision).toMatchObject({ verdict, because: "stricter" });
    expect(decision.isConfined).toBeUndefined();
  }
});

test("of two policies that both have to agree it is enough that one confines", () => {
  const confining = policyFromRules([inSandbox]);
  const open = policyFromRules([rule("allow", "open")]);
  expect(narrow(confining, open)(run)).toMatchObject({ verdict: "allow", isConfined: true });
  expect(narrow(open, confining)(run)).toMatchObject({ verdict: "allow", isConfined: true });
});

test("a call with one confined access is confined as a whole", () => {
  const policy = policyFromRules([
    inSandbox,
    { verdict: "allow", kind: "read", source: "read", matches: () => true },
  ]);
  const read = { kind: "read", target: "/a" } as const;
  expect(decide([read, run], policy)).toMatchObject({ verdict: "allow", isConfined: true });
  expect(decide([run, read], policy)).toMatchObject({ verdict: "allow", isConfined: true });
});
