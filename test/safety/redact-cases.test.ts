import { expect, test } from "vitest";
import { createRedactor, redact } from "../../src/safety/redact/redactor.ts";
import { WITH_SECRETS, WITHOUT_SECRETS } from "./redact-cases.ts";

const MARKED = /⟦([^⟧]*)⟧/g;

test.each(WITH_SECRETS)("nothing of a secret is left of %j", (marked) => {
  const text = marked.replaceAll(MARKED, "$1");
  const output = redact(text);
  expect(redact(output)).toBe(output);
  for (const [, secret = ""] of marked.matchAll(MARKED)) {
    expect(output).not.toContain(secret);
    for (const end of secret.length > 16 ? [secret.slice(0, 8), secret.slice(-8)] : [])
      expect(output).not.toContain(end);
  }
  const redactor = createRedactor();
  const parts = [...text].map((character) => redactor.push(character));
  expect(parts.join("") + redactor.end()).toBe(output);
});

test.each(WITHOUT_SECRETS)("%j stays as it is", (text) => {
  expect(redact(text)).toBe(text);
  expect(redact(`12\t${text}`)).toBe(`12\t${text}`);
});
