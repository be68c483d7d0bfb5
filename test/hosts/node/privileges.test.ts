import { expect, test } from "vitest";
import { isRootOfMachine, type ProcessFacts } from "../../../src/hosts/node/privileges.ts";

const facts = (
  more: Partial<Omit<ProcessFacts, "read">> = {},
  files: Record<string, string> = {},
): ProcessFacts => ({ uid: 0, env: {}, read: (path) => files[path], ...more });

test("an ordinary user, and a platform without user numbers, is no root", () => {
  expect(isRootOfMachine(facts({ uid: 1000 }))).toBe(false);
  expect(isRootOfMachine(facts({ uid: undefined }))).toBe(false);
});

test("root of a machine is one, also where a variable says that there is no sandbox", () => {
  expect(isRootOfMachine(facts({}, { "/proc/1/cgroup": "0::/init.scope\n" }))).toBe(true);
  expect(isRootOfMachine(facts({ env: { IS_SANDBOX: "0", container: "" } }))).toBe(true);
});

test.each([
  ["Docker's mark", facts({}, { "/.dockerenv": "" })],
  ["Podman's mark", facts({}, { "/run/.containerenv": 'engine="podman"' })],
  ["its control group", facts({}, { "/proc/1/cgroup": "12:pids:/kubepods/besteffort/pod1" })],
  ["a variable of the runtime", facts({ env: { container: "lxc" } })],
  ["a variable of who started it", facts({ env: { IS_SANDBOX: "1" } })],
])("root of a container is none: %s", (_, container) => {
  expect(isRootOfMachine(container)).toBe(false);
});
