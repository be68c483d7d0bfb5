import { readFileSync } from "node:fs";
import { beforeAll, expect, test } from "vitest";
import * as z from "zod";
import { loadShell, shellRisk } from "../../src/safety/shell/late.ts";
import { commandFacts } from "../../src/safety/suggest/command-parts.ts";
import { linuxPlace } from "./place.ts";

beforeAll(loadShell);

const facts = (command: string) => commandFacts(command, linuxPlace());
const parts = (command: string) => facts(command).parts?.map(({ text, level }) => `${level}: ${text}`) ?? [];

test("a list of commands is told apart, each with its own risk", () => {
  expect(parts("cd src && npm test | tail -20; rm -rf ~/x > log.txt")).toEqual([
    "low: cd src",
    "medium: npm test",
    "low: tail -20",
    "high: rm -rf ~/x > log.txt",
  ]);
  expect(parts("npm test")).toEqual([]);
  expect(parts('echo "$(curl https://a.example)" done')).toEqual([
    'low: echo "$(curl https://a.example)" done',
    "high: curl https://a.example",
  ]);
});

test("files that are written and hosts that are named are said", () => {
  expect(facts("curl https://x.example:8080/a -o b > out.txt && git clone git@y.example:a/b")).toMatchObject({
    writes: ["out.txt"],
    hosts: ["x.example:8080", "y.example"],
  });
  expect(facts("ls 'unfinished")).toEqual({});
});

test("what is left out is counted", () => {
  const long = `echo ${"a".repeat(500)}; ls`;
  expect(facts(long).parts?.[0]).toMatchObject({ hiddenChars: 265 });
  expect(facts("ls;".repeat(60))).toMatchObject({ hiddenParts: 20 });
  expect(facts(`cat ${Array.from({ length: 20 }, (_, n) => `> f${n}`).join(" ")}`).writes?.at(-1)).toBe(
    "… 8 more",
  );
});

const Case = z.object({ cmd: z.string(), cwd: z.string(), home: z.string() });
const RANK = { low: 0, medium: 1, high: 2 } as const;

test("no part of any command is said to be riskier than the whole, and every part stands in it", () => {
  const lines = readFileSync(new URL("../corpora/bash-risk.jsonl", import.meta.url), "utf8")
    .trim()
    .split("\n");
  for (const line of lines) {
    const { cmd, cwd } = Case.parse(JSON.parse(line));
    const whole = shellRisk({ cmd, cwd, roots: [cwd], home: "/~" }).risk;
    for (const { text, level } of commandFacts(cmd, linuxPlace({ cwd, roots: [cwd] })).parts ?? []) {
      expect(RANK[level]).toBeLessThanOrEqual(RANK[whole]);
      expect(cmd).toContain(text);
    }
  }
});
