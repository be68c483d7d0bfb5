import type { Access } from "./access.ts";
import { AgentError } from "./errors.ts";
import type { FileForm, FolderMove } from "./file-form.ts";
import { sha256 } from "./hash.ts";
import type { BackgroundTask, Host, Paths, SavedFile, Shell, ShellChunk } from "./ports.ts";

export interface EditRecord {
  readonly path: string;
  readonly before: string;
  readonly after: string;
  readonly beforeText: string;
  readonly afterText: string;
  readonly by?: "formatter";
  /** Of a file that goes. */
  readonly form?: FileForm;
  /** Of a file that gets another path, this one. */
  readonly from?: string;
  /** With `from`: the folder in which the others on the way to the file are made. */
  readonly below?: string;
  /** Of the first file of a folder that moves, this folder. */
  readonly folder?: FolderMove;
}
/** Told of every change before it happens; the returned function is called when it did not. */
export type RecordEdit = (edit: EditRecord) => () => void;

/** Looks before a command; the returned function is called once it has ended, and records what it changed. */
export type FollowCommand = () => Promise<() => Promise<void>>;

/** What a call is given besides what it declared. */
export interface CallPorts {
  readonly record: RecordEdit;
  readonly follow: FollowCommand;
  /** Throws unless the call runs right now. Looking, for a preview, needs no leave; everything else does. */
  readonly gate: { check(): void };
}

/**
 * A tool cannot touch what it did not declare: under-declaring fails instead of slipping past the user. Nothing has an
 * effect outside of the time its call is allowed to run. Every change of a file is recorded with its before-image first,
 * so that review and undo never depend on a tool.
 */
export function scopeHost(
  host: Host,
  approved: readonly Access[],
  { record, follow, gate }: CallPorts,
): Host {
  const check = (kind: Access["kind"], target: string, covers: (declared: string) => boolean): void => {
    gate.check();
    if (
      !approved.some((access) => access.kind === "unknown" || (access.kind === kind && covers(access.target)))
    ) {
      throw new AgentError("denied", `Undeclared ${kind} access to ${target}.`);
    }
  };
  // By hash, so a text from here is what a save with that base will replace, or the save is refused as stale.
  const seen = new Map<string, string>();
  const readable = (path: string): Promise<string> => judgedPlace(host, approved, ["read", "write"], path);
  const writable = async (path: string): Promise<string> => {
    const judged = await judgedPlace(host, approved, ["write"], path);
    gate.check();
    return judged;
  };
  return {
    ...host,
    fs: {
      canonical: host.fs.canonical,
      stat: (path) => readable(path).then(() => host.fs.stat(path)),
      list: (path, signal) => readable(path).then(() => host.fs.list(path, signal)),
      read: (path, signal, range) => readable(path).then(() => host.fs.read(path, signal, range)),
    },
    documents: {
      async open(path, signal) {
        await readable(path);
        const file = await host.documents.open(path, signal);
        seen.set(file.hash, file.text);
        return file;
      },
      // A tool's new file gets what new files get.
      async save(path, text, baseHash, signal) {
        return recordedSave(
          host,
          record,
          { path, judged: await writable(path), text, baseHash, seen },
          signal,
        );
      },
      async remove(path, baseHash, signal) {
        const { recordedRemove } = await import("./recorded-files.ts");
        return recordedRemove(host, record, { path, judged: await writable(path), baseHash }, signal);
      },
      async move(from, to, signal) {
        const [source, target] = await Promise.all([writable(from), writable(to)]);
        const { recordedMove } = await import("./recorded-files.ts");
        return recordedMove(host, record, { from, to, judged: { from: source, to: target } }, signal);
      },
    },
    search: {
      async *ripgrep(args, options, signal) {
        await readable(options.cwd);
        yield* host.search.ripgrep(args, options, signal);
      },
    },
    editor: {
      async diagnostics(path) {
        if (path !== undefined) await readable(path);
        return host.editor.diagnostics(path);
      },
      nextDiagnostics: (path, withinMs, signal) =>
        readable(path).then(() => host.editor.nextDiagnostics(path, withinMs, signal)),
      unsaved: host.editor.unsaved,
    },
    shell: followedShell(host, (command) => check("execute", command, (declared) => declared === command), {
      follow,
      gate,
    }),
    web: {
      async get(url, signal) {
        const { hostname } = new URL(url);
        check("network", hostname, (declared) => declared === hostname);
        return host.web.get(url, signal);
      },
    },
  };
}

/** Resolves to the place a path leads to, which is one of those that were decided about. */
async function judgedPlace(
  host: Host,
  approved: readonly Access[],
  kinds: readonly ("read" | "write")[],
  path: string,
): Promise<string> {
  const real = await host.fs.canonical(path);
  const isCovered = approved.some(
    (access) =>
      access.kind === "unknown" ||
      (kinds.some((kind) => kind === access.kind) && covers(host.paths, access.target, real)),
  );
  if (!isCovered) throw new AgentError("denied", `Undeclared ${kinds[0]} access to ${path}.`);
  return real;
}

/** Whatever runs is looked at before and after, so that no tool can forget what its commands change. */
const followedShell = (
  host: Host,
  check: (command: string) => void,
  { follow, gate }: Pick<CallPorts, "follow" | "gate">,
): Shell => ({
  ...host.shell,
  async stop(id) {
    gate.check();
    return host.shell.stop(id);
  },
  // For whoever closes the conversation.
  stopAll: () => Promise.reject(new AgentError("denied", "A call cannot stop what others started.")),
  run(command, options, signal) {
    check(command);
    return followedRun(() => host.shell.run(command, options, signal), follow);
  },
  async start(command, options) {
    check(command);
    const ended = await follow();
    try {
      const task = await host.shell.start(command, options);
      const told = async (): BackgroundTask["ended"] => {
        const end = await task.ended;
        await ended();
        return end;
      };
      return { ...task, ended: told() };
    } catch (thrown) {
      await ended();
      throw thrown;
    }
  },
});

async function* followedRun(
  run: () => AsyncIterable<ShellChunk>,
  follow: FollowCommand,
): AsyncGenerator<ShellChunk, void> {
  const ended = await follow();
  try {
    yield* run();
  } finally {
    await ended();
  }
}

interface RecordedChange {
  readonly path: string;
  readonly judged: string;
  readonly text: string;
  readonly baseHash: string | undefined;
  readonly seen: ReadonlyMap<string, string>;
}

async function recordedSave(
  host: Host,
  record: RecordEdit,
  { path, judged, text, baseHash, seen }: RecordedChange,
  signal: AbortSignal,
) {
  let beforeText = baseHash === undefined ? "" : seen.get(baseHash);
  if (beforeText === undefined) {
    const current = await host.documents.open(path, signal);
    if (current.hash !== baseHash) throw new AgentError("stale", `${path} changed meanwhile.`);
    beforeText = current.text;
  }
  const [before, after] = await Promise.all([
    baseHash === undefined ? "" : host.blobs.put(beforeText),
    host.blobs.put(text),
  ]);
  signal.throwIfAborted();
  const takeBack = record({ path, before, after, beforeText, afterText: text });
  try {
    const saved = await host.documents.save(path, text, baseHash, signal, undefined, judged);
    await recordFormatter(saved, { path, after, text }, { host, record });
    return saved;
  } catch (thrown) {
    const isThere = await host.documents.open(path, AbortSignal.timeout(5_000)).then(
      async (file) => (await sha256(file.text)) === after,
      () => false,
    );
    if (!isThere) takeBack();
    throw thrown;
  }
}

/** What a formatter made of the text while it was saved is its work, and undone with the edit that brought it. */
async function recordFormatter(
  saved: SavedFile,
  { path, after, text }: { path: string; after: string; text: string },
  { host, record }: { host: Host; record: RecordEdit },
): Promise<void> {
  // Of a document that is not saved yet only its user can have changed more; a mark at its head is no change.
  if (saved.isDirty || saved.wasTyped || saved.hash === after || saved.text === text.replace(/^\uFEFF/, ""))
    return;
  const formatted = await host.blobs.put(saved.text);
  record({ path, before: after, after: formatted, beforeText: text, afterText: saved.text, by: "formatter" });
}

const covers = (paths: Paths, declared: string, actual: string): boolean =>
  paths.within(declared, actual) !== undefined;
