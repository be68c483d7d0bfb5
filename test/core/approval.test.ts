import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { bindingOf, Gate } from "../../src/core/approval.ts";

const MINUTE = 60_000;
const call = { name: "Bash", input: { command: "ls" } };
const accesses = [{ kind: "execute" as const, target: "ls" }];
const binding = bindingOf(call, { accesses });
const nothing = async (): Promise<string> => "ran";

function gateAt(now = 0) {
  const time = { now };
  return { time, gate: new Gate(() => time.now) };
}

describe("the gate of a call", () => {
  test("is shut before the call was allowed, open while it runs, and shut afterwards", async () => {
    const { gate } = gateAt();
    expect(() => gate.check()).toThrow("outside of a call that was allowed");
    const approval = gate.issue(binding, {});
    expect(() => gate.check()).toThrow();
    const seen = await gate.run(approval, binding, async () => {
      gate.check();
      return "ran";
    });
    expect(seen).toBe("ran");
    expect(() => gate.check()).toThrow();
  });

  test("is shut again after a call that failed", async () => {
    const { gate } = gateAt();
    const approval = gate.issue(binding, {});
    const failing = gate.run(approval, binding, () => Promise.reject(new Error("disk full")));
    await expect(failing).rejects.toThrow("disk full");
    expect(() => gate.check()).toThrow();
  });

  test("lets a call through once", async () => {
    const { gate } = gateAt();
    const approval = gate.issue(binding, {});
    await gate.run(approval, binding, nothing);
    await expect(gate.run(approval, binding, nothing)).rejects.toMatchObject({ kind: "denied" });
    expect(() => gate.issue(binding, {})).toThrow("decided about already");
  });

  test("takes only what it issued itself, not something that looks like it", async () => {
    const { gate } = gateAt();
    const approval = gate.issue(binding, {});
    await expect(gate.run({ ...approval }, binding, nothing)).rejects.toMatchObject({ kind: "denied" });
    const other = gateAt().gate;
    await expect(other.run(approval, binding, nothing)).rejects.toMatchObject({ kind: "denied" });
    expect(Object.isFrozen(approval)).toBe(true);
  });

  test("does not open ten minutes after the decision", async () => {
    const { gate, time } = gateAt(1_000);
    const approval = gate.issue(binding, {});
    time.now += 10 * MINUTE + 1;
    await expect(gate.run(approval, binding, nothing)).rejects.toThrow("too long ago");
  });
});

const anyJson = fc.jsonValue({ maxDepth: 3 });

describe("what an approval is bound to", () => {
  test("any other tool, input or access needs a decision of its own", async () => {
    const anyCall = fc.record({ name: fc.string(), input: anyJson, target: fc.string() });
    await fc.assert(
      fc.asyncProperty(anyCall, anyCall, async (one, other) => {
        const [allowed = "", asked = ""] = [one, other].map(({ target, ...rest }) =>
          bindingOf(rest, { accesses: [{ kind: "write", target }] }),
        );
        fc.pre(allowed !== asked);
        const { gate } = gateAt();
        const approval = gate.issue(allowed, {});
        await expect(gate.run(approval, asked, nothing)).rejects.toMatchObject({ kind: "denied" });
      }),
    );
  });

  test("every byte of a command counts", () => {
    fc.assert(
      fc.property(
        fc.string({ minLength: 1 }),
        fc.nat(),
        fc.string({ minLength: 1 }),
        (command, at, insert) => {
          const place = at % (command.length + 1);
          const changed = command.slice(0, place) + insert + command.slice(place);
          const text = (value: string): string =>
            bindingOf({ name: "Bash", input: { command: value } }, { accesses: [] });
          expect(text(changed)).not.toBe(text(command));
        },
      ),
    );
  });

  test("the order of keys does not", () => {
    const one = bindingOf({ name: "Edit", input: { path: "a", text: "b" } }, { accesses });
    const other = bindingOf({ name: "Edit", input: { text: "b", path: "a" } }, { accesses });
    expect(other).toBe(one);
  });
});
