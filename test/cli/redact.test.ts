import { expect, test } from "vitest";
import { plumb } from "./plumb.ts";

// Made up: the shape is right, the value was never issued.
const TOKEN = `ghp_${"Ab3".repeat(12)}`;
const SECRET = "correct-horse-77-battery";

test("standard input comes out without its secrets, and otherwise as it was", { timeout: 60_000 }, () => {
  const text = `first line\r\ntoken ${TOKEN} end\nthe key is ${SECRET}\nlast line without an end`;
  const { code, out } = plumb(["redact"], text, { MY_SERVICE_TOKEN: SECRET });
  expect(code).toBe(0);
  expect(out).not.toContain(TOKEN);
  expect(out).not.toContain(SECRET);
  expect(out).toMatch(
    /^first line\r\ntoken \[REDACTED:[^\]]+\] end\nthe key is \[REDACTED:[^\]]+\]\nlast line without an end$/,
  );
});

test("JSON lines are answered in their order, cut or whole alike; what is none is an error", {
  timeout: 60_000,
}, () => {
  const text = `use ${TOKEN} here`;
  const lines = [
    JSON.stringify({ id: 1, text }),
    JSON.stringify({ id: 2, text, chunks: [30, 6, 9] }),
    JSON.stringify({ id: 3, chunks: [] }),
    "nonsense",
    JSON.stringify({ id: 5, text: "nothing to hide" }),
  ];
  const { code, out } = plumb(["redact", "--jsonl"], lines.join("\n"));
  const answers = out
    .trim()
    .split("\n")
    .map((line) => JSON.parse(line));
  expect(code).toBe(0);
  expect(answers[0].text).toMatch(/^use \[REDACTED:[^\]]+\] here$/);
  expect(answers[1]).toEqual({ id: 2, text: answers[0].text });
  expect(answers.slice(2)).toEqual([
    { id: 3, error: expect.any(String) },
    { error: expect.any(String) },
    { id: 5, text: "nothing to hide" },
  ]);
});
