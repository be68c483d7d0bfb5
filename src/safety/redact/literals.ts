import type { Detector } from "./found.ts";
import { isStandIn, looksLikePassword, looksRandom } from "./looks.ts";
import { promisedBy } from "./secret-name.ts";

const SHORTEST = 6;
/** Longer values are looked for in pieces: those that touch become one. */
const PIECE = 512;

/**
 * Which values of an environment or a `.env` file are secrets that must never be shown: those with a name that says so,
 * and those that look drawn by a machine. Words, numbers, paths, addresses and switches are not, whatever their name:
 * to replace every "true" or "3000" would make a text unreadable and protect nothing.
 */
export function secretValues(variables: Readonly<Record<string, string | undefined>>): string[] {
  const entries = Object.entries(variables).map(([name, value = ""]): [string, string] => [
    name,
    value.trim(),
  ]);
  // What is also the name of the user or of the database stands everywhere.
  const open = new Set(entries.flatMap(([name, value]) => (promisedBy(name) === undefined ? [value] : [])));
  const values = entries.flatMap(([name, value]) =>
    isSecretValue(name, value) && !open.has(value) && !OF_THE_SHELF.test(value) ? [value] : [],
  );
  return [...new Set(values)];
}

/** The shell's own: not a password, but the folder that it is in. */
const FOLDER = /^(?:OLD)?PWD$/i;
const PATH = /^(?:~?\/[\w.@ -]+\/|[A-Za-z]:\\)/;

/** Passwords that programs come with: words of every second file about them. */
const OF_THE_SHELF =
  /^(?:postgres(?:ql)?|mysql|mariadb|mongo(?:db)?|rabbitmq|redis|elastic(?:search)?|minio(?:admin)?|administrator|keycloak|grafana|wordpress|django|laravel|symfony|localhost|local|dev(?:elopment)?|prod(?:uction)?|staging|testing|testtest|rootroot|docker|database|superuser|anonymous|changeit|default)$/i;

const DOT_ENV_LINE = /^[ \t]*(?:export[ \t]+)?([A-Za-z_][\w.-]{0,127})[ \t]*[=:][ \t]*(.*)$/gm;
const IN_ADDRESS = /:\/\/[^\s:/@]{0,128}:([^\s/@]{6,256})@/;

/** What is secret in the text of a `.env` file: values by their names, and the passwords of addresses. */
export function dotEnvSecrets(text: string): string[] {
  const lines = [...text.matchAll(DOT_ENV_LINE)].map(([, name = "", written = ""]): [string, string] => [
    name,
    unquoted(written.trim()),
  ]);
  const passwords = lines.flatMap(([, value]) => {
    const password = IN_ADDRESS.exec(value)?.[1] ?? "";
    return password === "" || isStandIn(password) || OF_THE_SHELF.test(password) ? [] : [password];
  });
  return [...new Set([...secretValues(Object.fromEntries(lines)), ...passwords])];
}

function unquoted(value: string): string {
  const quoted = /^(["'`])(.*?)\1/.exec(value);
  return quoted ? (quoted[2] ?? "") : value.replace(/[ \t]#.*$/, "").trim();
}

function isSecretValue(name: string, value: string): boolean {
  if (value.length < SHORTEST || isStandIn(value) || FOLDER.test(name) || PATH.test(value)) return false;
  const promised = promisedBy(name);
  if (promised === undefined || promised === "loose")
    return !/[/\\\s:]/.test(value) && looksRandom(value, 24) && promised !== undefined;
  if (promised === "password") return value.length >= 8 || looksLikePassword(value, true);
  return looksRandom(value, 10) || looksLikePassword(value, true);
}

/** Finds the given values wherever they stand, also as they are written in JSON, in an address and across lines. */
export function literalDetectors(values: Iterable<string>): Detector[] {
  const pieces = new Set([...values].flatMap(spellings).flatMap(cut));
  return [...pieces].map((piece) => ({
    anchors: [piece.slice(0, 3).toLowerCase()],
    find(text, at, found) {
      if (text.startsWith(piece, at))
        found.push({ from: at, start: at, end: at + piece.length, kind: "known secret" });
    },
  }));
}

const spellings = (value: string): string[] => [
  ...value.split(/[\r\n]+/),
  JSON.stringify(value).slice(1, -1),
  encodeURIComponent(value.toWellFormed()),
];

function cut(value: string): string[] {
  const text = value.trim();
  if (text.length <= PIECE) return text.length >= SHORTEST ? [text] : [];
  const count = Math.ceil(text.length / PIECE);
  const size = Math.ceil(text.length / count);
  return Array.from({ length: count }, (_, i) => text.slice(i * size, (i + 1) * size));
}
