import { readFileSync } from "node:fs";
import { expect, test } from "vitest";
import * as z from "zod";
import { createRedactor, redact } from "../../src/safety/redact/redactor.ts";

const Case = z.object({
  id: z.string(),
  category: z.string(),
  text: z.string(),
  secretSpans: z.array(z.object({ start: z.number(), end: z.number(), kind: z.string() })),
  chunks: z.array(z.number()).default([]),
});
type Case = z.infer<typeof Case>;

const cases = readFileSync(new URL("../corpora/secret-redaction.jsonl", import.meta.url), "utf8")
  .trim()
  .split("\n")
  .map((line) => Case.parse(JSON.parse(line)));

const MOST_BESIDE = 12;

/** Whether the text between the secrets is all there, but for a little beside each, and nothing of them is. */
function isRedacted({ text, secretSpans }: Case, output: string): boolean {
  let at = 0;
  for (const [i, { start, end }] of secretSpans.entries()) {
    const before = text.slice(secretSpans[i - 1]?.end ?? 0, start);
    const kept = before.slice(
      i === 0 ? 0 : Math.min(MOST_BESIDE, before.length),
      Math.max(0, before.length - MOST_BESIDE),
    );
    const found = output.indexOf(kept, at);
    if (found < 0 || output.includes(text.slice(start, end))) return false;
    at = found + kept.length;
  }
  const rest = text.slice((secretSpans.at(-1)?.end ?? 0) + MOST_BESIDE);
  // What a placeholder says may be in the secret as well: "webhook" is in the address of one.
  const shown = output.replaceAll(/\[REDACTED:[^\]]+\]/g, "");
  const outside =
    secretSpans.map(({ start }, i) => text.slice(secretSpans[i - 1]?.end ?? 0, start)).join(" ") + rest;
  const parts = secretSpans
    .flatMap(({ start, end }) => pieces(text.slice(start, end)))
    .filter((part) => !outside.includes(part));
  return output.indexOf(rest, at) >= 0 && !parts.some((part) => shown.includes(part));
}

/** Every six characters of a secret: none of them may be left. */
const pieces = (secret: string): string[] =>
  Array.from({ length: Math.max(0, secret.length - 5) }, (_, i) => secret.slice(i, i + 6)).filter(
    (piece) => !/^[-=A-Z ]+$/.test(piece),
  );

const withSecrets = cases.filter(({ secretSpans }) => secretSpans.length > 0);
const clean = cases.filter(({ secretSpans }) => secretSpans.length === 0);

test("finds nearly every secret of the corpus and loses next to nothing beside it", () => {
  const missed = withSecrets.filter((one) => !isRedacted(one, redact(one.text))).map(({ id }) => id);
  expect(missed.length / withSecrets.length, missed.join(" ")).toBeLessThanOrEqual(0.03);
});

test("finds all private keys, provider tokens and passwords in addresses", () => {
  const strict = withSecrets.filter(({ category }) =>
    ["private-key", "provider-token", "url-password"].includes(category),
  );
  expect(strict.length).toBeGreaterThan(50);
  expect(strict.filter((one) => !isRedacted(one, redact(one.text))).map(({ id }) => id)).toEqual([]);
});

test("leaves text without secrets as it is", () => {
  const changed = clean.filter(({ text }) => redact(text) !== text).map(({ id }) => id);
  expect(changed.length / clean.length, changed.join(" ")).toBeLessThanOrEqual(0.02);
});

test("chunks and repetition change nothing", () => {
  for (const { id, text, chunks } of cases) {
    const whole = redact(text);
    expect(redact(whole), id).toBe(whole);
    for (const cuts of [chunks, Array.from({ length: text.length }, (_, i) => i), [3, 17, 40, 41, 90]]) {
      const redactor = createRedactor();
      const ends = [...cuts.filter((cut) => cut < text.length), text.length];
      const parts = ends.map((end, i) => redactor.push(text.slice(ends[i - 1] ?? 0, end)));
      expect(parts.join("") + redactor.end(), id).toBe(whole);
    }
  }
});
