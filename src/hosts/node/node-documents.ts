import { createHash } from "node:crypto";
import { lstat, unlink } from "node:fs/promises";
import { basename, dirname, join } from "node:path";
import { MAX_DOCUMENT_BYTES } from "../../core/document-limit.ts";
import { AgentError } from "../../core/errors.ts";
import type { FileForm } from "../../core/file-form.ts";
import type { Documents, FileSystem, TextFile } from "../../core/ports.ts";
import { createContent, replaceContent } from "./change-file.ts";
import { hasCode, toFileError } from "./file-errors.ts";
import { inFolder } from "./held-folder.ts";
import { moveEntry, pruneEmpty } from "./move-entry.ts";
import { PLATFORM } from "./node-paths.ts";
import { refuseKernelFile } from "./path-guard.ts";
import { type RegularFile, readRegular, requireRegular } from "./read-regular.ts";
import { requireWritable } from "./require-writable.ts";
import { type DecodedText, decodeText, encodeText, inForm, withoutBom } from "./text-encoding.ts";

interface Loaded {
  readonly file: RegularFile;
  readonly decoded: DecodedText;
  readonly hash: string;
}

/** Text files on the disk, without an editor: nothing is ever dirty, and a change is an atomic replace. */
export function createDocuments(fileSystem: Pick<FileSystem, "canonical">): Documents {
  const inTurn = createTurns();

  const change = async (
    real: string,
    text: string,
    baseHash: string,
    signal: AbortSignal,
  ): Promise<TextFile> => {
    const base = await loadBase(real, baseHash, signal);
    const wanted = withoutBom(text, base.decoded.encoding);
    const next = { ...wanted, hasBom: wanted.hasBom || base.decoded.hasBom };
    if (next.text === base.decoded.text && next.hasBom === base.decoded.hasBom) return toTextFile(next);
    await requireWritable(real, base.file.stat.mode);
    const bytes = encodeLimited(next, real);
    await inFolder(dirname(real), (folder) => {
      const held = join(folder, basename(real));
      return replaceContent(held, bytes, base.file, async () => {
        signal.throwIfAborted();
        if ((await fileSystem.canonical(real)) !== real) throw new AgentError("stale", `${real} was moved.`);
        await loadBase(real, baseHash, signal, held);
      });
    });
    return toTextFile(next);
  };
  return {
    async open(path, signal) {
      const real = await fileSystem.canonical(path);
      return asWords(path, "read", signal, async () => toTextFile((await load(real, signal)).decoded));
    },
    async save(path, text, baseHash, signal, form, judged) {
      const real = await fileSystem.canonical(path);
      requireJudged(path, real, judged);
      refuseKernelFile(real, PLATFORM);
      return inTurn(real, () =>
        asWords(path, "change", signal, () =>
          baseHash === undefined ? create(real, text, form, signal) : change(real, text, baseHash, signal),
        ),
      );
    },
    async remove(path, baseHash, signal, judged) {
      const real = await fileSystem.canonical(path);
      requireJudged(path, real, judged);
      return inTurn(real, () =>
        asWords(path, "change", signal, async () => {
          await inFolder(dirname(real), async (folder) => {
            const held = join(folder, basename(real));
            const base = await loadBase(real, baseHash, signal, held);
            await requireWritable(real, base.file.stat.mode);
            await unlink(held);
          });
        }),
      );
    },
    async move(from, to, signal, { prunesBelow, judged } = {}) {
      const real = await fileSystem.canonical(from);
      const target = await fileSystem.canonical(to);
      requireJudged(from, real, judged?.from);
      if (target !== real) requireJudged(to, target, judged?.to);
      refuseKernelFile(real, PLATFORM);
      refuseKernelFile(target, PLATFORM);
      await inTurn(real, () =>
        asWords(from, "change", signal, () => moveEntry(real, target === real ? to : target)),
      );
      if (prunesBelow !== undefined) await pruneEmpty(dirname(real), prunesBelow);
      return [];
    },
  };
}

/** Between the decision and now a link may have taken a folder's place. */
export function requireJudged(path: string, real: string, judged: string | undefined): void {
  if (judged !== undefined && judged !== real)
    throw new AgentError("stale", `${path} leads to another place than it did when it was decided about.`);
}

/** `held` is another name of the same place. */
async function load(real: string, signal: AbortSignal, held = real): Promise<Loaded> {
  refuseKernelFile(real, PLATFORM);
  const file = await readRegular(held, signal, { maxBytes: MAX_DOCUMENT_BYTES, place: real });
  const decoded = decodeText(file.bytes);
  if (!decoded) throw new AgentError("unreadable", `${real} ${whyUnreadable(file.bytes)}`);
  return { file, decoded, hash: hashOf(decoded.text) };
}

async function loadBase(real: string, baseHash: string, signal: AbortSignal, held?: string): Promise<Loaded> {
  const loaded = await load(real, signal, held).catch((thrown: unknown) => {
    if (hasCode(thrown, "ENOENT")) throw new AgentError("stale", `${real} was deleted meanwhile.`);
    throw thrown;
  });
  if (loaded.hash !== baseHash) throw new AgentError("stale", `${real} changed meanwhile.`);
  return loaded;
}

async function create(
  real: string,
  text: string,
  form: FileForm | undefined,
  signal: AbortSignal,
): Promise<TextFile> {
  const existing = await lstat(real).catch(() => undefined);
  if (existing) {
    requireRegular(existing, real);
    throw new AgentError("stale", `${real} exists already.`);
  }
  signal.throwIfAborted();
  const next = inForm(text, form);
  await createContent(real, encodeLimited(next, real), form?.mode);
  return toTextFile(next);
}

/** What cannot be read without a guess is not guessed at: a wrong guess damages every character beyond ASCII. */
const whyUnreadable = (bytes: Buffer): string =>
  bytes.includes(0)
    ? "is binary, or not UTF-8 or UTF-16 text."
    : "is text in another encoding than UTF-8 or UTF-16 (Latin-1, for example). Convert it to UTF-8 first, or open it in the editor with its encoding.";

const hashOf = (text: string): string => createHash("sha256").update(text, "utf8").digest("hex");

const toTextFile = ({ text, hasBom, encoding }: DecodedText): TextFile => ({
  text,
  hasBom,
  hash: hashOf(text),
  isDirty: false,
  ...(encoding !== "utf-8" && { encoding }),
});

function encodeLimited(next: DecodedText, path: string): Buffer {
  const bytes = encodeText(next.text, next);
  refuseTooLong(bytes.length, path);
  return bytes;
}

/** What could be written but not opened again could not be reviewed or undone either. */
export function refuseTooLong(bytes: number, path: string): void {
  if (bytes <= MAX_DOCUMENT_BYTES) return;
  throw new AgentError(
    "invalid_input",
    `${path} would have more than ${MAX_DOCUMENT_BYTES / 1024 / 1024} MB and could not be edited again. Write it with a command, or in several files.`,
  );
}

async function asWords<T>(
  path: string,
  doing: "read" | "change",
  signal: AbortSignal,
  work: () => Promise<T>,
): Promise<T> {
  try {
    signal.throwIfAborted();
    return await work();
  } catch (thrown) {
    if (signal.aborted) throw signal.reason;
    throw toFileError(thrown, path, doing);
  }
}

/** Changes of one file wait for each other, so that two agents of one conversation cannot both pass the last check. */
function createTurns() {
  const last = new Map<string, Promise<unknown>>();
  return async <T>(key: string, work: () => Promise<T>): Promise<T> => {
    const mine = (last.get(key) ?? Promise.resolve()).then(work, work);
    last.set(key, mine);
    try {
      return await mine;
    } finally {
      if (last.get(key) === mine) last.delete(key);
    }
  };
}
