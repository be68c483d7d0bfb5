import { AgentError, type ErrorKind } from "../../core/errors.ts";

export function codeOf(thrown: unknown): string | undefined {
  if (!(thrown instanceof Error) || !("code" in thrown)) return undefined;
  return typeof thrown.code === "string" ? thrown.code : undefined;
}

export const hasCode = (thrown: unknown, ...codes: readonly string[]): boolean =>
  codes.includes(codeOf(thrown) ?? "");

type Doing = "read" | "change";
type Words = (path: string, doing: Doing) => readonly [ErrorKind, string];

const noPermission: Words = (path, doing) => [
  doing === "read" ? "unreadable" : "failed",
  `There is no permission to ${doing} ${path}.`,
];
const diskFull: Words = (path) => ["failed", `There is no space left to write ${path}; nothing was changed.`];

const WORDS: Readonly<Record<string, Words>> = {
  ENOENT: (path) => ["not_found", `${path} does not exist.`],
  EEXIST: (path) => ["failed", `${path} is there already, and is no folder.`],
  ENOTDIR: (path) => ["not_found", `${path} does not exist: a part of it is a file, not a folder.`],
  EACCES: noPermission,
  EPERM: noPermission,
  EISDIR: (path) => ["unreadable", `${path} is a folder.`],
  ELOOP: (path) => ["unreadable", `${path} goes through a link that was not expected, or too many of them.`],
  ENXIO: (path) => ["unreadable", `${path} is a device, a pipe or a socket.`],
  ENOSPC: diskFull,
  EDQUOT: diskFull,
  EFBIG: diskFull,
  EROFS: (path) => ["failed", `${path} is on a read-only file system.`],
  ENAMETOOLONG: (path) => ["invalid_input", `The path is too long: ${path.slice(0, 200)}…`],
  ERR_INVALID_ARG_VALUE: () => ["invalid_input", "The path contains a character that no path can contain."],
  EMFILE: (path) => ["failed", `Too many files are open at the moment to open ${path}. Try again.`],
  EBUSY: (path) => ["failed", `${path} is in use by another program.`],
};

/** In words a model or a person can act on. Cancellation does not belong here: check the signal first. */
export function toFileError(thrown: unknown, path: string, doing: Doing): AgentError {
  if (thrown instanceof AgentError) return thrown;
  const words = WORDS[codeOf(thrown) ?? ""];
  const why = thrown instanceof Error ? thrown.message : String(thrown);
  const [kind, message] = words?.(path, doing) ?? ["failed", `Cannot ${doing} ${path}: ${why}`];
  return new AgentError(kind, message, { cause: thrown });
}
