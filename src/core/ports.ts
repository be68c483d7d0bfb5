import type { FileForm } from "./file-form.ts";
import type { RulesCheck } from "./offered-rules.ts";

/** Everything the outside world must provide. Adapters live in `src/hosts`; the fake in `test/support`. */
export interface Host {
  readonly platform: "darwin" | "linux" | "win32";
  readonly paths: Paths;
  readonly fs: FileSystem;
  readonly documents: Documents;
  readonly blobs: Blobs;
  readonly search: Search;
  readonly shell: Shell;
  readonly changes: Changes;
  readonly editor: Editor;
  readonly web: Web;
  readonly clock: Clock;
  /** Left out where nothing can be parsed. */
  readonly code?: CodeCheck;
  /** Left out where there is no git. Resolves to undefined where there is no repository; never rejects. */
  readonly gitState?: (folder: string, signal: AbortSignal) => Promise<GitState | undefined>;
}

/** What git says of a folder, found out without running any program that the repository names. Words of others. */
export interface GitState {
  /** Undefined when none is checked out. */
  readonly branch: string | undefined;
  /** Whether tracked files differ from the newest commit; undefined when that could not be told. */
  readonly isDirty: boolean | undefined;
  /** First lines of the newest commits, the newest first. */
  readonly commits: readonly string[];
}

export interface CodeToCheck {
  readonly language: "javascript" | "typescript" | "python" | "shell";
  /** Give only a file that whoever asks has read or written. */
  readonly from: { readonly text: string } | { readonly path: string };
}
/** Looks for mistakes in code without running any of it. */
export interface CodeCheck {
  /** Where the code cannot be parsed, and why. Undefined when it can be, or when nobody knows. Never rejects. */
  problemIn(code: CodeToCheck, signal: AbortSignal): Promise<string | undefined>;
}

/** Path arithmetic of the workspace's own file system. The engine treats paths as opaque absolute strings. */
export interface Paths {
  resolve(base: string, path: string): string;
  /** Relative to `root` with `/` between segments, or undefined when `path` is outside of it. "" is the root itself. */
  within(root: string, path: string): string | undefined;
  join(base: string, ...parts: string[]): string;
  basename(path: string): string;
  dirname(path: string): string;
}

export interface FileStat {
  readonly kind: "file" | "directory" | "other";
  readonly sizeBytes: number;
  /** Epoch milliseconds. */
  readonly modifiedMs: number;
  /** Permission bits; undefined where files have none. */
  readonly mode?: number | undefined;
  /** How many names (hard links) a file has; undefined where nobody counts them. */
  readonly names?: number | undefined;
}

/** Paths are absolute. Missing files reject with AgentError `not_found`; FIFOs and devices are `other` and never opened. */
export interface FileSystem {
  /** Follows links, of the nearest existing ancestor if need be, so that permissions judge the real place. */
  canonical(path: string): Promise<string>;
  stat(path: string): Promise<FileStat>;
  /** `range` is in bytes; without it the whole file. */
  read(path: string, signal: AbortSignal, range?: { offset: number; length: number }): Promise<Uint8Array>;
  list(path: string, signal: AbortSignal): Promise<{ name: string; isDirectory: boolean }[]>;
}

/** A text file as the user sees it: unsaved text wins over the disk. */
export interface TextFile {
  /** Exact text with its own line ends, without a byte order mark. */
  readonly text: string;
  readonly hasBom: boolean;
  /** SHA-256 (hex) of the text, UTF-8. The base of a later `save`. */
  readonly hash: string;
  /** True when an editor holds unsaved changes of it. */
  readonly isDirty: boolean;
  /** Of what is not UTF-8; `other`: only an editor knows what the bytes mean. */
  readonly encoding?: "utf-16le" | "utf-16be" | "other";
}
/** A file as it is after a save. */
export interface SavedFile extends TextFile {
  /** True when somebody typed into it while it was being saved: what it holds besides is theirs. */
  readonly wasTyped?: true;
}

/** What a language service changed in another file because one was moved, e.g. an import. */
export interface Ripple {
  readonly path: string;
  readonly before: string;
  readonly after: string;
}
export interface MoveOptions {
  /** Takes away the folders it came from that are empty then, as far as they are below this one. */
  readonly prunesBelow?: string | undefined;
  /** Told of ripples that come after `move` has resolved. */
  readonly later?: (ripple: Ripple) => void;
  /** The canonical paths that were decided about; `stale` where they lead elsewhere by now. */
  readonly judged?: { readonly from: string; readonly to: string };
}

/**
 * Reading and changing text files. In an editor it goes through the live documents, so unsaved text, cursor and
 * undo stack survive; headless it is an atomic replace. Byte order mark, line ends, mode and encoding are kept.
 */
export interface Documents {
  /** Rejects with `not_found`, `unreadable` (binary, not UTF-8/16, a directory, more than 50 MB). */
  open(path: string, signal: AbortSignal): Promise<TextFile>;
  /**
   * Changes the file to `text` by minimal edits. `baseHash` is the hash the change was computed from, `undefined`
   * when the file must not exist yet (parents are created). Rejects with `stale` when it is something else now.
   * A document that was dirty stays dirty; a clean one is saved. `form` is what a file that is created is besides.
   * `judged` is the canonical path that was decided about: `stale` where the path leads elsewhere by now.
   */
  save(
    path: string,
    text: string,
    baseHash: string | undefined,
    signal: AbortSignal,
    form?: FileForm,
    judged?: string,
  ): Promise<SavedFile>;
  /** Deletes a file whose content still has `baseHash`, to the trash where there is one; otherwise `stale`. */
  remove(path: string, baseHash: string, signal: AbortSignal, judged?: string): Promise<void>;
  /**
   * Gives a file or a folder another path, unsaved text included; folders on the way are created. Rejects with `not_found`,
   * with `stale` where something is already, and with `failed`. Resolves to what else was changed because of it.
   */
  move(from: string, to: string, signal: AbortSignal, options?: MoveOptions): Promise<readonly Ripple[]>;
}

/** Content-addressed store for before- and after-images, and a place for large outputs. */
export interface Blobs {
  /** Resolves to the SHA-256 (hex) of the UTF-8 text once it is on disk. */
  put(text: string): Promise<string>;
  get(hash: string): Promise<string | undefined>;
  /** Begins a text that is too long to hold or to show, which the model goes on reading. Rejects with `storage`. */
  spill(): Promise<Spill>;
}

/** A text that is written piece by piece, and readable under `path` from the first one on. */
export interface Spill {
  readonly path: string;
  /** Resolves once there is room for more. Rejects with `storage`. */
  write(text: string): Promise<void>;
  /** Nothing may be written afterwards. */
  close(): Promise<void>;
}

export interface Search {
  /**
   * Runs ripgrep with these arguments in `cwd` and streams its output lines. Exit 1 (no match) is an empty stream;
   * other failures reject with `invalid_input` carrying ripgrep's own words. Returning early stops the process.
   */
  ripgrep(args: readonly string[], options: { cwd: string }, signal: AbortSignal): AsyncIterable<string>;
}

/** What a confined command was kept from. `host` is what it wanted to reach; the others are absolute paths. */
export interface Refusal {
  readonly kind: "write" | "read" | "host";
  readonly target: string;
}
export type ShellChunk =
  | { type: "output"; text: string }
  /** What was printed stands in the middle of a line that asks for something, or no longer does. */
  | { type: "asking"; isAsking: boolean }
  | {
      type: "exit";
      code: number | null;
      signal: string | null;
      /** Set when the command was confined: what it was kept from, as far as that is known. */
      refused?: readonly Refusal[];
    };

/** Whether commands can be kept to the workspace here. */
export interface SandboxState {
  /** `on`: what is to run confined does. `unavailable`: it does not run at all. `off`: nobody wants it confined. */
  readonly state: "on" | "off" | "unavailable";
  /** What confines commands and what they may do there, or why nothing can and how to change that; for people. */
  readonly words: string;
  /** True when every command is confined, also one that the user approved. */
  readonly isForAll: boolean;
}

export interface RunOptions {
  readonly cwd: string;
  /**
   * `confined`: in the sandbox, and where there is none the command does not run: rejects with `denied`, never runs
   * without. `open`: outside of it, because the user said so of this very run. Left out: as the user's settings say.
   */
  readonly place?: "confined" | "open";
  /** Asked once for each host that a confined command wants to reach and no list names; without it such a host is refused. */
  readonly askHost?: (host: string) => Promise<boolean>;
}

export interface BackgroundTask {
  readonly id: string;
  readonly command: string;
  /** Absolute path of the file its output goes to. */
  readonly outputPath: string;
  /** Resolves when the process has ended, whatever ended it. */
  readonly ended: Promise<{ code: number | null; signal: string | null }>;
}

export interface Shell {
  /** What runs the commands, e.g. `bash`; undefined when there is none (virtual or untrusted workspace). */
  readonly name: string | undefined;
  /** True when the user wants every command confined or in a container: `sandbox` says how, or why it cannot be. */
  readonly isSetApart?: boolean;
  /** Looked up once and then kept for as long as the settings stay the same. Never rejects. */
  sandbox(): Promise<SandboxState>;
  /**
   * Runs in its own process group with stdin closed and a cleaned environment; stdout and stderr arrive interleaved
   * with escape sequences removed. Ends with exactly one `exit`. Aborting, or returning early, kills the whole tree.
   */
  run(command: string, options: RunOptions, signal: AbortSignal): AsyncIterable<ShellChunk>;
  /** Starts a command that outlives the turn. Rejects with `failed` when eight already run. */
  start(command: string, options: RunOptions): Promise<BackgroundTask>;
  /** Kills a background task's tree. False when there is no running task of that id. */
  stop(id: string): Promise<boolean>;
  /** Kills everything that still runs; called once, when the conversation or the process ends. */
  stopAll(): Promise<void>;
}

/** One file that a command changed, created or deleted. Undefined: there was, or is, no such file. */
export interface FoundChange {
  readonly path: string;
  readonly before: string | undefined;
  readonly after: string | undefined;
  /** Of a file that is gone. */
  readonly form?: FileForm | undefined;
}
export interface FoundChanges {
  /** By path; whose text is known from before and after. */
  readonly files: readonly FoundChange[];
  /** Changed files that could not be put back: binary, too large, or nobody knows what they held. */
  readonly lost: readonly string[];
  /** In bytes, of those in `lost`; 0 where there was, or is, no such file. */
  readonly sizes?: ReadonlyMap<string, { readonly before: number; readonly after: number }>;
  /** Files whose text is not known, but that are the same under another name. */
  readonly moved?: readonly { readonly from: string; readonly to: string }[];
  /** Another command ran at the same time, and it may have been that one. */
  readonly isShared: boolean;
  /** Why there may be more, in words; undefined when this is all. */
  readonly problem: string | undefined;
}

/** Finds what commands change in the workspace, leaving out what git ignores and what is built. */
export interface Changes {
  /** Why changes under these folders cannot be found, in words, as far as is known before a command runs. */
  limits(roots: readonly string[]): string | undefined;
  /** Looks at these folders as they are before a command. Never rejects; `end` is called once and never rejects either. */
  begin(roots: readonly string[]): Promise<{ end(): Promise<FoundChanges> }>;
}

export interface Diagnostic {
  readonly path: string;
  /** One-based. */
  readonly line: number;
  readonly severity: "error" | "warning";
  readonly message: string;
  readonly source: string;
}

/** A headless host returns empty answers rather than `undefined`, so tools never ask "is there an editor?". */
export interface Editor {
  /** Of one file, or of all open ones. Rejects with `timeout` when nobody has said anything about the file yet. */
  diagnostics(path: string | undefined): Promise<readonly Diagnostic[]>;
  /**
   * Resolves with the diagnostics of `path` once the language service has spoken about its newest text, or
   * at the latest after `withinMs`. Subscribe before changing the file, await after it.
   */
  nextDiagnostics(path: string, withinMs: number, signal: AbortSignal): Promise<readonly Diagnostic[]>;
  /** Paths of files whose text in the editor is not the one on the disk. */
  unsaved(): readonly string[];
}

export interface WebPage {
  readonly url: string;
  readonly status: number;
  readonly contentType: string;
  readonly body: Uint8Array;
  /** Set when the server redirects to another host: the page was not followed there. */
  readonly redirectedTo?: string;
}
export interface Web {
  /** One GET. Only http(s); private, loopback and link-local addresses are refused with `denied`; at most 5 MB and 30 s. */
  get(url: string, signal: AbortSignal): Promise<WebPage>;
}

/** What the user's conversations cost today, in US dollars: all windows and command lines of this user together. */
export interface Spending {
  /** Begins a request that will cost about so much; 0 when nobody knows. It counts until it is settled. Rejects with `storage`. */
  begin(dollars: number): Promise<SpendingEntry>;
  /** Everything that began today, what others have begun and not settled included. Rejects with `storage`. */
  today(): Promise<number>;
}
export interface SpendingEntry {
  /** What the request cost in the end. Rejects with `storage`; then what was expected counts. */
  settle(dollars: number): Promise<void>;
}

export interface Clock {
  /** Epoch milliseconds. */
  now(): number;
  sleep(ms: number, signal: AbortSignal): Promise<void>;
}

/** What a person can be asked. `undefined` from `ask` means: nobody is there. */
export interface PermissionQuestion {
  /** Whether the work can go on without an answer. */
  readonly mayWait?: boolean;
  readonly callId: string;
  readonly agentId: string;
  readonly title: string;
  readonly because: string;
  /** SHA-256 (hex) over tool, input, accesses and preview: what is approved is what runs. */
  readonly hash: string;
  /** What there is to say against rules that the user would like to give with the answer. Never rejects. */
  readonly checkRules?: (rules: readonly string[]) => Promise<RulesCheck>;
}
export interface PermissionAnswer {
  /** The person is away, and the question waits in their queue: with the verdict `deny`. */
  readonly isLater?: true;
  readonly verdict: "allow" | "deny";
  readonly scope: "once" | "session" | "workspace";
  /** With a scope beyond this once: the rules as the user saw them last. The narrowest ones of the card when left out. */
  readonly rules?: readonly string[];
  /** Why not, or what else to mind, in the user's words; for the model. */
  readonly feedback?: string;
  /** What the user made of the proposed text of a file. */
  readonly amended?: string;
  /** Another input for the call, in place of the model's: it is validated and decided about as any call is. */
  readonly input?: unknown;
  /** Which changes of that text (or of the proposed one) are accepted: their places in its diff, from the top. All when left out. */
  readonly hunks?: readonly number[];
}
export interface Person {
  /** Somebody who will come back: their questions can wait, and what does not depend on them goes on. */
  readonly isAway?: boolean;
  permission(question: PermissionQuestion, signal: AbortSignal): Promise<PermissionAnswer | undefined>;
  /** Resolves to one answer per question, in order; `undefined` when nobody is there. */
  answers(
    callId: string,
    questions: readonly { question: string }[],
    signal: AbortSignal,
  ): Promise<readonly string[] | undefined>;
}

/** Where sessions and the user's own settings live: one place for the editor and the command line. */
export interface Storage {
  /** Opens for writing, creating it when new. Rejects with `locked` when a living process writes it already. */
  openLog(id: string): Promise<LogFile>;
  /** The whole file as it is, torn tail included. Rejects with `not_found`. */
  readLog(id: string): Promise<string>;
  /** Newest first. `head` and `tail` are up to 8 KB of text from both ends, for titles without reading it all. */
  listLogs(): Promise<
    readonly {
      id: string;
      modifiedMs: number;
      sizeBytes: number;
      isLocked: boolean;
      head: string;
      tail: string;
    }[]
  >;
  removeLog(id: string): Promise<void>;
  /** Small JSON documents by name (`rules`, `settings`, …) of this workspace; undefined when there is none. */
  readDocument(name: string): Promise<string | undefined>;
  /** Atomic replace. */
  writeDocument(name: string, text: string): Promise<void>;
}
export interface LogFile {
  /** Synchronous and in order, one `write` per call, so that a record is in the kernel before anything follows from it. Throws `storage`. */
  append(line: string): void;
  /** Resolves when everything appended so far is on the disk. */
  flush(): Promise<void>;
  /** Moves what follows the last line end, a record that a crash tore, to a `.torn` file beside the log. */
  cutTornTail(): void;
  /** Flushes and releases the lock. */
  close(): Promise<void>;
}
