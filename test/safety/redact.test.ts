import fc from "fast-check";
import { expect, test } from "vitest";
import { dotEnvSecrets, secretValues } from "../../src/safety/redact/literals.ts";
import { markerFor, sayWith } from "../../src/safety/redact/marks.ts";
import { createRedaction, createRedactor, redact } from "../../src/safety/redact/redactor.ts";

const GITHUB = "ghp_HYAqFP08YXmj33ClZ8awMG7ncBB30DcnaacM";
const KEY = Array.from(
  { length: 12 },
  (_, i) => `${i}Qz7Bx9Lm2Kv4Np8Rt6Wy1Ha3Jc5Ed0Gf+/sUoXiVbTkMnPqLrZaYw${i}x${i}Q`,
).join("\n");

/** Without the marks, which are different in every process. */
const unmarked = (text: string): string => text.replaceAll(/#[0-9a-f]{4}\]/g, "]");

const fragment = fc.oneof(
  fc.string({ unit: "grapheme", maxLength: 30 }),
  fc.constantFrom(
    GITHUB,
    "AKIAENAXX6YI5BJF622H",
    "token=",
    "password: ",
    '"',
    "'",
    "\\n",
    "\n",
    "\r\n",
    "\r",
    " ",
    "=",
    ":",
    ";",
    "&",
    "://u:",
    "@h/",
    "Cookie: a=",
    "Bearer ",
    "-----BEGIN RSA PRIVATE KEY-----",
    "-----END RSA PRIVATE KEY-----",
    "eyJhbGciOiJIUzI1NiJ9.eyJzdWIiOiIyMDE4NTY4ODEifQ.KiF8QecV1pKpSYGbR0PS88qA1fnAlAlER4sZWGjfVUK",
    "6EMCNT/s3fIUX4hE0+mbkXevQMN24aXGxTD5bwFwgx+YI7k+m96rFmkUDaUD+8go",
    "[REDACTED:token#0a1b]",
    "x".repeat(40_000),
    "qW3".repeat(15_000),
  ),
);
const anyText = fc.array(fragment, { maxLength: 14 }).map((parts) => parts.join(""));

function inChunks(text: string, cuts: readonly number[]): string {
  const redactor = createRedactor();
  const ends = [...new Set(cuts.map((cut) => cut % (text.length + 1)))].sort((a, b) => a - b);
  const parts = [...ends, text.length].map((end, i) => redactor.push(text.slice(ends[i - 1] ?? 0, end)));
  return parts.join("") + redactor.end();
}

test("how a text is cut into chunks changes nothing", () => {
  fc.assert(
    fc.property(anyText, fc.array(fc.nat(), { maxLength: 12 }), (text, cuts) => {
      expect(inChunks(text, cuts)).toBe(redact(text));
    }),
    { numRuns: 300 },
  );
});

test("a redacted text is redacted already", () => {
  fc.assert(
    fc.property(anyText, (text) => {
      const once = redact(text);
      expect(redact(once)).toBe(once);
    }),
    { numRuns: 300 },
  );
});

test("a key that comes line by line is one placeholder, and nothing of it is held back for ever", () => {
  const redactor = createRedactor();
  const lines = `before\n-----BEGIN PRIVATE KEY-----\n${KEY}\n-----END PRIVATE KEY-----\nafter\n`.split(
    /(?<=\n)/,
  );
  const output = lines.map((line) => redactor.push(line)).join("");
  expect(unmarked(output)).toBe("before\n[REDACTED:private-key]\nafter\n");
});

test("a key that was cut off is redacted, and the words after it are not", () => {
  expect(unmarked(redact(`-----BEGIN RSA PRIVATE KEY-----\n${KEY}\nand then\nit stopped\n`))).toBe(
    "[REDACTED:private-key]\nand then\nit stopped\n",
  );
  expect(unmarked(redact(`-----BEGIN RSA PRIVATE KEY-----\n${KEY}`))).toBe("[REDACTED:private-key]");
});

test("code that only names the marks of a key stays", () => {
  const code =
    'if (text.includes("-----BEGIN PRIVATE KEY-----")) return;\nconst end = "-----END PRIVATE KEY-----";\n';
  expect(redact(code)).toBe(code);
});

test("given values are replaced whatever they look like, also as JSON and in an address", () => {
  const value = 'plain words & "quotes"\nsecond line of it';
  const output = redact(`a ${JSON.stringify({ value })} b ${encodeURIComponent(value)} c\n${value}\n`, [
    value,
  ]);
  for (const part of ["plain", "quotes", "second", "line"]) expect(output).not.toContain(part);
});

test("of an environment only secrets are taken, never switches, numbers, paths and words", () => {
  const variables = {
    DEBUG: "true",
    PORT: "3000",
    HOME: "/home/someone",
    PWD: "/home/someone/project",
    OLDPWD: "/srv",
    DB_PASSWORD_FILE: "/run/secrets/db_password",
    SUDO_ASKPASS: "/usr/bin/ssh-askpass",
    EDITOR: "vim",
    TOKEN: "true",
    API_KEY: "3000",
    DB_PASSWORD: "correct-battery",
    APP_SECRET: "k3Jq8xTn2v",
    URL: "https://example.org/a",
    LANG: "en_GB.UTF-8",
  };
  expect(secretValues(variables)).toEqual(["correct-battery", "k3Jq8xTn2v"]);
});

test("a very long line is worked on in parts, and what lies across them is found", () => {
  for (let shift = 0; shift < 90; shift += 7) {
    const line = `${"word ".repeat(4500)}${"-".repeat(shift)} ${GITHUB} ${"word ".repeat(9000)}`;
    expect(unmarked(redact(line))).toBe(line.replace(GITHUB, "[REDACTED:github-token]"));
  }
});

/** Each of these would make a careless pattern start anew at every character. */
const hostile = [
  "token=",
  "key",
  "eyJ-",
  "sk-ant-",
  "://a:",
  "password='",
  "-----BEGIN PRIVATE KEY-----",
  "A",
  "\\",
  "\r",
  "8Q~",
  ".abcdef",
  "PRIVATE KEY",
  'token="',
  "ghp_",
];

/** The least of a few: others use the machine as well. */
function cost(text: string): number {
  const times = [0, 1, 2].map(() => {
    const start = process.cpuUsage();
    redact(text);
    return process.cpuUsage(start).user / 1000;
  });
  return Math.max(10, Math.min(...times));
}

test.each(hostile)("the cost of %j repeated does not grow with the square of its length", (piece) => {
  const short = cost(piece.repeat(Math.ceil(10_000 / piece.length)));
  // Eight times the length would cost 64 times as much.
  expect(cost(piece.repeat(Math.ceil(80_000 / piece.length)))).toBeLessThan(32 * short);
});

test("equal secrets have equal marks wherever they stand, different ones and other conversations do not", () => {
  const marksIn = (text: string, key: readonly [number, number] = [1, 2], name = "one"): string[] => {
    const redactor = createRedaction([], sayWith(markerFor(key, name)))();
    return [...(redactor.push(text) + redactor.end()).matchAll(/#([0-9a-f]{4})\]/g)].map(
      ([, mark]) => mark ?? "",
    );
  };
  const other = GITHUB.replace("HYA", "HYB");
  const [a, b, c] = marksIn(`token=${GITHUB}\n"${GITHUB}"\n${other}\n`);
  expect(a).toBe(b);
  expect(c).not.toBe(a);
  expect(marksIn(GITHUB)).toEqual([a]);
  expect(marksIn(GITHUB, [1, 3])).not.toEqual([a]);
  expect(marksIn(GITHUB, [1, 2], "two")).not.toEqual([a]);
  const pem = (lines: string): string => `-----BEGIN PRIVATE KEY-----\n${lines}\n-----END PRIVATE KEY-----\n`;
  const numbered = KEY.split("\n")
    .map((line, i) => `${i + 2}\t${line}`)
    .join("\n");
  expect(marksIn(pem(numbered))).toEqual(marksIn(pem(KEY)));
});

test("of a .env file secrets and passwords in addresses are taken, not what programs come with or what stands elsewhere", () => {
  const file = [
    "# DB_PASSWORD=commented-out-9",
    "POSTGRES_PASSWORD=postgres",
    "DB_USER=shop_user",
    "DB_PASSWORD=shop_user",
    "export ADMIN_PASSWORD='correct-battery 7'",
    'API_TOKEN="Zk4Qm9Xw2Rt7Lp" # live',
    "DATABASE_URL=postgres://app:Tr0ub4dor-9@db/x",
    "OTHER_URL=postgres://postgres:postgres@db/x",
    "SECRET_KEY=",
    "PORT=3000",
  ].join("\r\n");
  expect(dotEnvSecrets(file).toSorted()).toEqual(["Tr0ub4dor-9", "Zk4Qm9Xw2Rt7Lp", "correct-battery 7"]);
});
