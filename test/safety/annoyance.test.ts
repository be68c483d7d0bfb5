import { mkdtempSync, readFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { beforeAll, expect, test } from "vitest";
import * as z from "zod";
import { cardRulesOf } from "../../src/app/card-rules.ts";
import { Permissions } from "../../src/app/permissions.ts";
import { decide } from "../../src/core/access.ts";
import { offeredRules } from "../../src/core/offered-rules.ts";
import type { RuleChoices } from "../../src/core/tool.ts";
import { createStorage } from "../../src/hosts/node/node-storage.ts";
import { loadShell, shellRisk } from "../../src/safety/shell/late.ts";
import { bash } from "../../src/tools/bash.ts";
import { linuxPlace } from "./place.ts";

const Case = z.object({
  id: z.string(),
  cmd: z.string(),
  cwd: z.string(),
  home: z.string(),
  min: z.enum(["low", "medium", "high"]),
  benign: z.boolean(),
});
const cases = readFileSync(new URL("../corpora/bash-risk.jsonl", import.meta.url), "utf8")
  .trim()
  .split("\n")
  .map((line) => Case.parse(JSON.parse(line)));

beforeAll(loadShell);

/** A conversation in the mode Ask, with a profile in which nobody has allowed anything yet. */
async function freshProfile({ cwd, home }: { cwd: string; home: string }, startWith: readonly string[] = []) {
  const place = linuxPlace({ cwd, roots: [cwd], home });
  const storage = createStorage({ dataDir: mkdtempSync(join(tmpdir(), "plumb-")), workspaceKey: "x" });
  const permissions = new Permissions(place, storage, () => true, [], true);
  await permissions.load([]);
  let allowed = startWith;
  const now = () => ({ mode: "ask" as const, allowed });
  const policy = permissions.policy(now);
  const cardRules = cardRulesOf(permissions, now);
  const prepare = (command: string) => bash.prepare({ command }, { ...place, readable: [] });
  const look = (command: string): Promise<void> =>
    permissions.look([{ type: "tool_use", id: "1", name: "Bash", input: { command } }], {
      canonical: async (path) => path,
    });
  return {
    async verdict(command: string) {
      await look(command);
      return decide(prepare(command).accesses, policy).verdict;
    },
    offered: (command: string): Promise<RuleChoices> =>
      offeredRules(prepare(command), { policy }, { cardRules }),
    check: (command: string, rules: readonly string[], offered: RuleChoices) =>
      cardRules.check(prepare(command).accesses, rules, offered),
    give: (rules: readonly string[]): void => {
      allowed = [...allowed, ...rules];
    },
  };
}

test("an afternoon of ordinary work asks at most once per kind of action", async () => {
  const benign = cases.filter((one) => one.benign);
  const profiles = new Map<string, Awaited<ReturnType<typeof freshProfile>>>();
  const asked = new Map<string, string[]>();
  const once: string[] = [];
  for (const entry of benign) {
    const key = `${entry.cwd}|${entry.home}`;
    const profile = profiles.get(key) ?? (await freshProfile(entry));
    profiles.set(key, profile);
    if ((await profile.verdict(entry.cmd)) === "allow") continue;
    const kind = (await profile.offered(entry.cmd)).at(-1);
    if (!kind) once.push(entry.cmd);
    else {
      const name = `${key} ${kind.join(" + ")}`;
      asked.set(name, [...(asked.get(name) ?? []), entry.cmd]);
      profile.give(kind);
      expect(await profile.verdict(entry.cmd), entry.cmd).toBe("allow");
    }
  }
  const kinds = [...asked.values()];
  const asks = once.length + kinds.flat().length;
  process.stdout.write(
    `Ordinary work: ${benign.length} commands, ${asks} questions: ${kinds.length} kinds of action, ` +
      `and ${once.length} that no rule is offered for.\n`,
  );
  expect(kinds.filter((commands) => commands.length > 1)).toEqual([]);
});

test("what is offered is understood, covers its command, and is taken as it is", async () => {
  const profile = await freshProfile({ cwd: "/home/dev/project", home: "/home/dev" });
  for (const { cmd } of cases) {
    if ((await profile.verdict(cmd)) === "allow") continue;
    const offered = await profile.offered(cmd);
    for (const rules of offered) {
      expect(rules.length, cmd).toBeLessThanOrEqual(5);
      const { problem, rules: checked } = await profile.check(cmd, rules, offered);
      expect([cmd, problem, ...checked.map((one) => one.problem)]).toEqual([
        cmd,
        undefined,
        ...rules.map(() => undefined),
      ]);
      for (const { words } of checked) expect(words).not.toBe("");
    }
  }
});

test("all kinds of action together let nothing of high risk through", async () => {
  const place = { cwd: "/home/dev/project", home: "/home/dev" };
  const plain = await freshProfile(place);
  const kinds = new Set<string>();
  for (const { cmd } of cases) for (const rule of (await plain.offered(cmd)).slice(1).flat()) kinds.add(rule);
  const wide = [...kinds].filter((rule) => rule.endsWith(" *)"));
  expect(wide.length).toBeGreaterThan(50);
  const given = await freshProfile(place, wide);
  const through: string[] = [];
  for (const { cmd, min } of cases) {
    const judged = shellRisk({ cmd, ...place, roots: [place.cwd] }).risk;
    if ((min === "high" || judged === "high") && (await given.verdict(cmd)) === "allow") through.push(cmd);
  }
  expect(through).toEqual([]);
});
