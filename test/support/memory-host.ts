import { posix } from "node:path";
import { MAX_DOCUMENT_BYTES } from "../../src/core/document-limit.ts";
import { AgentError } from "../../src/core/errors.ts";
import { sha256 } from "../../src/core/hash.ts";
import type {
  BackgroundTask,
  Diagnostic,
  Documents,
  Editor,
  FileSystem,
  Host,
  Paths,
  Ripple,
  RunOptions,
  SandboxState,
  Shell,
  ShellChunk,
  TextFile,
  WebPage,
} from "../../src/core/ports.ts";

const BOM = "\uFEFF";
const encode = (text: string): Uint8Array => new TextEncoder().encode(text);

export interface MemorySetup {
  platform?: Host["platform"];
  /** By absolute path; a leading byte order mark is kept as such. Folders exist when something is in them. */
  files?: Record<string, string | Uint8Array>;
  /** Link path to target path. */
  links?: Record<string, string>;
  /** Text an editor holds and has not saved. */
  unsaved?: Record<string, string>;
  /** FIFOs, sockets and devices. */
  devices?: readonly string[];
  /** Epoch milliseconds a file was changed at; 0 otherwise. */
  modified?: Record<string, number>;
  /** What running a command prints; default: `ran <command>` and exit code 0. */
  run?: (
    command: string,
    signal: AbortSignal,
    options: RunOptions,
  ) => Iterable<ShellChunk> | AsyncIterable<ShellChunk>;
  sandbox?: SandboxState;
  /** `null`: there is no shell. */
  shellName?: string | null;
  /** What the language service says about a text; also after each save. */
  diagnose?: (path: string, text: string) => readonly Diagnostic[];
  /** What a formatter makes of a text while it is saved. */
  format?: (path: string, text: string) => string;
  /** What a language service changes because a file was moved; it has done so by then. */
  ripple?: (from: string, to: string) => readonly Ripple[];
  pages?: Record<string, Partial<Omit<WebPage, "body">> & { body?: string | Uint8Array }>;
  ripgrep?: (args: readonly string[], cwd: string) => Iterable<string>;
}

export const memoryPaths: Paths = {
  resolve: (base, path) => posix.resolve(base, path),
  within(root, path) {
    const relative = posix.relative(root, path);
    return relative === ".." || relative.startsWith("../") ? undefined : relative;
  },
  join: (base, ...parts) => posix.join(base, ...parts),
  basename: (path) => posix.basename(path),
  dirname: (path) => posix.dirname(path),
};

/** A host in memory: maps for a disk and for open editors, a scripted shell, a clock that never waits. */
export function memoryHost(setup: MemorySetup = {}) {
  const disk = new MemoryDisk(setup);
  const slept: number[] = [];
  const time = { now: 0 };
  const shell = memoryShell(setup);
  const fetched: string[] = [];
  const host: Host = {
    platform: setup.platform ?? "linux",
    paths: memoryPaths,
    fs: disk.fileSystem(),
    documents: disk.documents(),
    blobs: {
      async put(text) {
        const hash = await sha256(text);
        disk.blobs.set(hash, text);
        return hash;
      },
      get: async (hash) => disk.blobs.get(hash),
      async spill() {
        const name = `long-${disk.blobs.size}`;
        disk.blobs.set(name, "");
        return {
          path: `/plumb/blobs/${name}`,
          write: async (text) => void disk.blobs.set(name, `${disk.blobs.get(name)}${text}`),
          close: async () => undefined,
        };
      },
    },
    search: {
      async *ripgrep(args, { cwd }, signal) {
        signal.throwIfAborted();
        if (setup.ripgrep === undefined) throw new AgentError("failed", "This host has no ripgrep.");
        yield* setup.ripgrep(args, cwd);
      },
    },
    shell: shell.shell,
    changes: {
      limits: () => undefined,
      begin: async () => ({
        end: async () => ({ files: [], lost: [], isShared: false, problem: undefined }),
      }),
    },
    editor: disk.editor(),
    web: {
      async get(url, signal) {
        signal.throwIfAborted();
        fetched.push(url);
        const page = setup.pages?.[url];
        if (page === undefined) throw new AgentError("network", `${url} cannot be reached.`);
        const body = page.body ?? "";
        return {
          url,
          status: 200,
          contentType: "text/plain; charset=utf-8",
          ...page,
          body: typeof body === "string" ? encode(body) : body,
        };
      },
    },
    clock: {
      now: () => time.now,
      async sleep(ms, signal) {
        signal.throwIfAborted();
        slept.push(ms);
        time.now += ms;
      },
    },
  };
  return {
    host,
    files: disk.files,
    unsaved: disk.unsaved,
    blobs: disk.blobs,
    saves: disk.saves,
    modes: disk.modes,
    commands: shell.commands,
    tasks: shell.tasks,
    fetched,
    slept,
    time,
  };
}

class MemoryDisk {
  readonly files: Map<string, string | Uint8Array>;
  readonly unsaved: Map<string, string>;
  readonly blobs = new Map<string, string>();
  /** Paths in the order they were saved. */
  readonly saves: string[] = [];
  /** Permission bits of files that were given some. */
  readonly modes = new Map<string, number>();
  readonly #setup: MemorySetup;
  readonly #waiting: { path: string; resolve: (found: readonly Diagnostic[]) => void }[] = [];

  constructor(setup: MemorySetup) {
    this.#setup = setup;
    this.files = new Map(Object.entries(setup.files ?? {}));
    this.unsaved = new Map(Object.entries(setup.unsaved ?? {}));
  }

  real(path: string): string {
    for (const [link, target] of Object.entries(this.#setup.links ?? {})) {
      const rest = memoryPaths.within(link, path);
      if (rest !== undefined) return this.real(rest === "" ? target : posix.join(target, rest));
    }
    return path;
  }

  isDirectory(path: string): boolean {
    return [...this.files.keys()].some((file) => file.startsWith(path === "/" ? "/" : `${path}/`));
  }

  bytes(path: string): Uint8Array {
    const found = this.files.get(this.real(path)) ?? this.#blobAt(path);
    if (found === undefined) throw new AgentError("not_found", `${path} does not exist.`);
    return typeof found === "string" ? encode(found) : found;
  }

  #blobAt(path: string): string | undefined {
    return path.startsWith("/plumb/blobs/") ? this.blobs.get(posix.basename(path)) : undefined;
  }

  fileSystem(): FileSystem {
    return {
      canonical: async (path) => this.real(path),
      stat: async (path) => {
        const real = this.real(path);
        const modifiedMs = this.#setup.modified?.[real] ?? 0;
        if (this.#setup.devices?.includes(real)) return { kind: "other", sizeBytes: 0, modifiedMs };
        if (this.isDirectory(real)) return { kind: "directory", sizeBytes: 0, modifiedMs };
        return {
          kind: "file",
          sizeBytes: this.bytes(path).byteLength,
          modifiedMs,
          mode: this.modes.get(real),
        };
      },
      read: async (path, signal, range) => {
        signal.throwIfAborted();
        const bytes = this.bytes(path);
        return range === undefined ? bytes : bytes.subarray(range.offset, range.offset + range.length);
      },
      list: async (path, signal) => {
        signal.throwIfAborted();
        const prefix = path === "/" ? "/" : `${path}/`;
        const names = new Map<string, boolean>();
        for (const file of this.files.keys()) {
          if (!file.startsWith(prefix)) continue;
          const [name = "", ...rest] = file.slice(prefix.length).split("/");
          names.set(name, rest.length > 0);
        }
        return [...names].map(([name, isDirectory]) => ({ name, isDirectory }));
      },
    };
  }

  /** The text as an editor would show it, and whether the file begins with a byte order mark. */
  #text(path: string): { text: string; hasBom: boolean; isDirty: boolean } {
    const real = this.real(path);
    const unsaved = this.unsaved.get(real);
    if (this.isDirectory(real)) throw new AgentError("unreadable", `${path} is a directory.`);
    if (unsaved !== undefined) return { text: unsaved, hasBom: false, isDirty: true };
    const bytes = this.bytes(path);
    if (bytes.byteLength > MAX_DOCUMENT_BYTES) {
      throw new AgentError(
        "unreadable",
        `${path}: at most 50 MB can be read at once. Read a part of it, search in it, or change it with a command.`,
      );
    }
    const text = decode(bytes);
    if (text?.includes("\0") !== false) throw new AgentError("unreadable", `${path} is not text.`);
    const hasBom = text.startsWith(BOM);
    return { text: hasBom ? text.slice(1) : text, hasBom, isDirty: false };
  }

  async open(path: string): Promise<TextFile> {
    const found = this.#text(path);
    return { ...found, hash: await sha256(found.text) };
  }

  documents(): Documents {
    return {
      open: async (path, signal) => {
        signal.throwIfAborted();
        return this.open(path);
      },
      save: async (path, text, baseHash, signal, form) => {
        signal.throwIfAborted();
        const current = await this.open(path).catch(() => undefined);
        if (current?.hash !== baseHash) throw new AgentError("stale", `${path} changed meanwhile.`);
        const real = this.real(path);
        const formatted = this.#setup.format?.(path, text) ?? text;
        if (current?.isDirty) this.unsaved.set(real, formatted);
        else this.files.set(real, `${(current ?? form)?.hasBom ? BOM : ""}${formatted}`);
        if (current === undefined && form?.mode !== undefined) this.modes.set(real, form.mode);
        this.saves.push(path);
        this.#tellDiagnostics(path);
        return this.open(path);
      },
      remove: async (path, baseHash, signal) => {
        signal.throwIfAborted();
        if ((await this.open(path)).hash !== baseHash)
          throw new AgentError("stale", `${path} changed meanwhile.`);
        this.files.delete(this.real(path));
        this.unsaved.delete(this.real(path));
        this.modes.delete(this.real(path));
      },
      move: async (from, to, signal) => {
        signal.throwIfAborted();
        const files = [...this.files.keys()].filter((file) => file === from || file.startsWith(`${from}/`));
        if (files.length === 0) throw new AgentError("not_found", `${from} does not exist.`);
        if (this.files.has(to) || this.isDirectory(to))
          throw new AgentError("stale", `${to} is there already.`);
        for (const file of files) {
          const target = `${to}${file.slice(from.length)}`;
          rename(this.files, file, target);
          rename(this.unsaved, file, target);
          rename(this.modes, file, target);
        }
        return this.#setup.ripple?.(from, to) ?? [];
      },
    };
  }

  #diagnose(path: string): readonly Diagnostic[] {
    if (this.#setup.diagnose === undefined || !this.files.has(this.real(path))) return [];
    return this.#setup.diagnose(path, this.#text(path).text);
  }

  #tellDiagnostics(path: string): void {
    for (const waiting of this.#waiting.splice(0)) waiting.resolve(this.#diagnose(path));
  }

  editor(): Editor {
    return {
      diagnostics: async (path) =>
        (path === undefined ? [...this.files.keys()] : [path]).flatMap((file) => this.#diagnose(file)),
      unsaved: () => [...this.unsaved.keys()],
      nextDiagnostics: async (path, _withinMs, signal) => {
        signal.throwIfAborted();
        if (this.#setup.diagnose === undefined) return [];
        const { promise, resolve } = Promise.withResolvers<readonly Diagnostic[]>();
        this.#waiting.push({ path, resolve });
        return promise;
      },
    };
  }
}

function rename<T>(held: Map<string, T>, from: string, to: string): void {
  const value = held.get(from);
  if (value === undefined) return;
  held.delete(from);
  held.set(to, value);
}

function decode(bytes: Uint8Array): string | undefined {
  try {
    return new TextDecoder("utf-8", { fatal: true, ignoreBOM: true }).decode(bytes);
  } catch {
    return undefined;
  }
}

type Ended = Awaited<BackgroundTask["ended"]>;

function memoryShell(setup: MemorySetup) {
  const commands: string[] = [];
  /** Background tasks; `end` is their process ending. */
  const tasks: (BackgroundTask & { end: (ended: Ended) => void; isRunning: boolean })[] = [];
  const shell: Shell = {
    name: setup.shellName === null ? undefined : (setup.shellName ?? "bash"),
    sandbox: async () => setup.sandbox ?? { state: "off", words: "There is no sandbox.", isForAll: false },
    async *run(command, options, signal) {
      signal.throwIfAborted();
      commands.push(command);
      if (setup.run !== undefined) return yield* setup.run(command, signal, options);
      yield { type: "output", text: `ran ${command}\n` };
      yield { type: "exit", code: 0, signal: null };
    },
    async start(command) {
      commands.push(command);
      const { promise, resolve } = Promise.withResolvers<Ended>();
      const id = `task-${tasks.length + 1}`;
      const task = {
        id,
        command,
        outputPath: `/plumb/tasks/${id}.txt`,
        ended: promise,
        isRunning: true,
        end(ended: Ended): void {
          task.isRunning = false;
          resolve(ended);
        },
      };
      tasks.push(task);
      return task;
    },
    async stop(id) {
      const task = tasks.find((each) => each.id === id && each.isRunning);
      task?.end({ code: null, signal: "SIGTERM" });
      return task !== undefined;
    },
    async stopAll() {
      for (const task of tasks) task.end({ code: null, signal: "SIGTERM" });
    },
  };
  return { shell, commands, tasks };
}
