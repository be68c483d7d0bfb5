import { readFileSync } from "node:fs";
import { expect, test } from "vitest";
import { CONTENT, GEN_AI, INSTRUMENTS, PLUMB } from "../../src/telemetry/gen-ai.ts";

const page = readFileSync(new URL("../../docs/observability.md", import.meta.url), "utf8");

test("the page has every name that is sent, and no other", () => {
  const told = [...page.matchAll(/`((?:gen_ai|plumb)\.[\w.]+|error\.type)`/g)].map(([, name = ""]) => name);
  const sent = [GEN_AI, CONTENT, PLUMB].flatMap((names): string[] => Object.values(names));
  const settings = ["plumb.telemetry.enabled", "plumb.telemetry.endpoint", "plumb.telemetry.includeContent"];
  expect(new Set(told)).toEqual(new Set([...sent, ...Object.keys(INSTRUMENTS), ...settings]));
});

test("and every unit", () => {
  for (const [name, { unit }] of Object.entries(INSTRUMENTS)) {
    const [row = ""] = page.split("\n").filter((line) => line.startsWith(`| \`${name}\``));
    expect(row).not.toBe("");
    if (!["{call}", "{decision}"].includes(unit)) expect(row).toContain(`\`${unit}\``);
  }
});
