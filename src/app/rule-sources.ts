import * as z from "zod";
import { toAgentError } from "../core/errors.ts";
import type { Mode } from "../core/mode.ts";
import type { FileStat, Host, Storage } from "../core/ports.ts";
import type { RuleFile } from "../safety/rule-files/places.ts";
import type { RuleFileContent } from "../safety/rule-files/read-rule-file.ts";
import type { InstructionSettings } from "./instructions/texts.ts";
import { isModeName, MODE_NAMES } from "./mode-names.ts";
import { type Directories, directoriesOf } from "./rule-file-values.ts";
import type { WrittenRule } from "./written-rule.ts";

/** Larger settings are somebody's mistake, and parsing them would hold up the window. */
const MAX_BYTES = 2 * 1024 * 1024;
const APPROVED = "approved-rules";
const Approved = z.strictObject({ files: z.record(z.string(), z.array(z.string())) });

interface Read {
  readonly file: RuleFile;
  readonly signature: string;
  readonly content: RuleFileContent;
  readonly directories: Directories;
}

/** What a file of the repository would loosen, and nobody has agreed to yet. */
export interface Waiting {
  readonly file: RuleFile;
  /** `Bash(npm test)`, or `additionalDirectories: ../lib`. */
  readonly added: readonly string[];
  /** What was agreed to and stands there no longer. */
  readonly removed: readonly string[];
}

export interface RuleSourceParts {
  readonly files: readonly RuleFile[];
  readonly host: Pick<Host, "fs" | "paths">;
  readonly storage: Storage;
  readonly home: string;
  readonly isTrusted: () => boolean;
  /** Whether there is anything at a path; true in doubt. Answers at once: a start waits for it. */
  readonly isThere?: (path: string) => boolean;
}

/**
 * The settings files that rules stand in: which of them exist, what they say, and what of it holds. Files of the repository are
 * not even read before the workspace is trusted; what they forbid holds then, what they allow holds once the user has agreed
 * to it, word by word.
 */
export class RuleSources {
  readonly #parts: RuleSourceParts;
  #read: readonly Read[] = [];
  #approved: Readonly<Record<string, readonly string[]>> = {};
  #approvedText: string | undefined;
  #line: Promise<unknown> = Promise.resolve();

  constructor(parts: RuleSourceParts) {
    this.#parts = parts;
  }

  /** Looks at the files again; true when something is different. `anew` reads them whatever their dates say. Never rejects. */
  refresh(anew = false): Promise<boolean> {
    const done = this.#line.then(() => this.#look(anew));
    this.#line = done;
    return done;
  }

  async #look(anew: boolean): Promise<boolean> {
    const before = new Map(this.#read.map((read) => [read.file.path, read]));
    const files = await this.#filesNow();
    const found = await Promise.all(
      files.map((file) => this.#readFile(file, anew ? undefined : before.get(file.path))),
    );
    const read = found.filter((one) => one !== undefined);
    const isSame = read.length === before.size && read.every((one) => before.get(one.file.path) === one);
    this.#read = read;
    // Another window may have been told in the meantime.
    const isAgreed = read.some(isOfRepository) && (await this.#readApproved());
    return !isSame || isAgreed;
  }

  async #filesNow(): Promise<readonly RuleFile[]> {
    const { files, host, isTrusted } = this.#parts;
    const own = files.filter((file) => file.root === undefined || isTrusted());
    const all = await Promise.all(
      own.map(async (file) => {
        if (file.isFolder !== true) return [file];
        const entries = await host.fs.list(file.path, AbortSignal.timeout(5000)).catch(() => []);
        const names = entries.filter(({ name }) => name.endsWith(".json") && !name.startsWith("."));
        return names.map(({ name }): RuleFile => {
          const path = host.paths.join(file.path, name);
          return { scope: file.scope, path, label: `managed settings (${path})` };
        });
      }),
    );
    return all.flat();
  }

  async #readFile(file: RuleFile, known: Read | undefined): Promise<Read | undefined> {
    const { fs } = this.#parts.host;
    let signature = "";
    try {
      const stat = await fs.stat(file.path);
      signature = `${stat.kind} ${stat.sizeBytes} ${stat.modifiedMs}`;
      if (known?.signature === signature) return known;
      const problem = refuseKind(stat);
      const bytes = problem === undefined ? await fs.read(file.path, AbortSignal.timeout(5000)) : undefined;
      return await this.#understand(file, signature, bytes, problem);
    } catch (thrown) {
      const { kind, message } = toAgentError(thrown);
      if (kind === "not_found") return undefined;
      if (known && known.signature === message) return known;
      return await this.#understand(file, message, undefined, message);
    }
  }

  /** What parses is loaded with the first file there is. */
  async #understand(
    file: RuleFile,
    signature: string,
    bytes: Uint8Array | undefined,
    problem: string | undefined,
  ): Promise<Read> {
    const { readRuleFile, unreadableFile } = await import("../safety/rule-files/read-rule-file.ts");
    const content =
      bytes === undefined ? unreadableFile(problem ?? "") : readRuleFile(new TextDecoder().decode(bytes));
    const directories = await directoriesOf(content.directories, file, this.#parts);
    return { file, signature, content, directories };
  }

  /** True when it is different from what was known. What cannot be read was not agreed to, and it is asked again. */
  async #readApproved(): Promise<boolean> {
    const text = await this.#parts.storage.readDocument(APPROVED).catch(() => undefined);
    if (text === this.#approvedText) return false;
    this.#approvedText = text;
    try {
      this.#approved = text === undefined ? {} : Approved.parse(JSON.parse(text)).files;
    } catch {
      this.#approved = {};
    }
    return true;
  }

  /** Rules that hold, in the order of their files, with what is not understood as a rule that asks. */
  get rules(): readonly WrittenRule[] {
    const isManagedOnly = this.isManagedOnly;
    return this.#read.flatMap((read): WrittenRule[] => {
      const { file, content } = read;
      const { unreadable } = content;
      if (unreadable !== undefined)
        return [
          {
            verdict: "ask",
            text: unreadable,
            source: file.label,
            isBroken: true,
            file: { path: file.path, line: 1 },
          },
        ];
      const holds = this.#holding(read);
      return content.rules
        .filter(
          ({ verdict, text }) =>
            verdict !== "allow" || (holds(text) && (!isManagedOnly || file.scope === "managed")),
        )
        .map((rule) => ({
          verdict: rule.verdict,
          text: rule.text,
          source: file.label,
          file: { path: file.path, line: rule.line },
          ...anchorsOf(file),
        }));
    });
  }

  /** Whether what loosens is in force: of a repository only what the user agreed to. */
  #holding(read: Read): (entry: string) => boolean {
    if (!isOfRepository(read)) return () => true;
    const approved = new Set(
      Object.hasOwn(this.#approved, read.file.path) ? this.#approved[read.file.path] : [],
    );
    return (entry) => approved.has(entry);
  }

  /** Folders that count as part of the workspace, canonical. */
  get directories(): readonly string[] {
    return this.#read.flatMap((read) => {
      const holds = this.#holding(read);
      return read.directories.found.filter(({ written }) => holds(entryOf(written))).map(({ path }) => path);
    });
  }

  get waiting(): readonly Waiting[] {
    return this.#read.flatMap((read) => {
      if (!isOfRepository(read)) return [];
      const holds = this.#holding(read);
      const now = looseningOf(read);
      const added = [...new Set(now.filter((entry) => !holds(entry)))];
      const before = Object.hasOwn(this.#approved, read.file.path)
        ? (this.#approved[read.file.path] ?? [])
        : [];
      if (added.length === 0) return [];
      return [{ file: read.file, added, removed: before.filter((entry) => !now.includes(entry)) }];
    });
  }

  /** The user agrees to what they were shown of a file, and to nothing that came after. Rejects with `storage`. */
  async approve(path: string, shown: readonly string[]): Promise<void> {
    await this.#readApproved();
    const read = this.#read.find(({ file }) => file.path === path);
    if (!read) return;
    const holds = this.#holding(read);
    const agreed = looseningOf(read).filter((entry) => shown.includes(entry) || holds(entry));
    this.#approved = { ...this.#approved, [path]: [...new Set(agreed)] };
    this.#approvedText = JSON.stringify({ files: this.#approved }, null, 2);
    await this.#parts.storage.writeDocument(APPROVED, this.#approvedText);
  }

  /** The mode a conversation begins in, if a file says so. Files of a repository may only tighten it. */
  get defaultMode(): Mode | undefined {
    return this.defaultModeBy?.mode;
  }

  /** The same, with the file that says it. */
  get defaultModeBy(): { readonly mode: Mode; readonly file: RuleFile } | undefined {
    for (const scope of ["managed", "local", "project", "user"] as const) {
      for (const read of this.#read.filter(({ file }) => file.scope === scope)) {
        const name = read.content.defaultMode;
        const mode = name !== undefined && isModeName(name) ? MODE_NAMES[name] : undefined;
        if (mode && (!isOfRepository(read) || mode === "plan")) return { mode, file: read.file };
      }
    }
    return undefined;
  }

  get disablesBypass(): boolean {
    return this.#read.some(({ content }) => content.disablesBypass);
  }

  get isManagedOnly(): boolean {
    return this.#read.some(({ file, content }) => file.scope === "managed" && content.isManagedOnly);
  }

  /** What the files say about instructions. Files of a repository may leave out only what it brings itself. */
  get instructions(): InstructionSettings {
    const managed = this.#read.flatMap(({ file, content: { claudeMd } }) =>
      file.scope === "managed" && claudeMd !== undefined ? [{ path: file.path, text: claudeMd }] : [],
    );
    const excludes = this.#read.flatMap((read) =>
      read.content.claudeMdExcludes.map((glob) => ({ glob, isOwn: !isOfRepository(read) })),
    );
    return { managed, excludes };
  }

  /** What is wrong with the files, in words. */
  get problems(): readonly string[] {
    return this.#read.flatMap(({ file, content, directories }) => [
      ...(content.unreadable === undefined
        ? []
        : [
            `The ${file.label} cannot be understood (${content.unreadable}); until that is corrected, Plumb asks before everything.`,
          ]),
      ...content.problems.map((problem) => `${file.label}, ${problem}.`),
      ...directories.problems.map((problem) => `${file.label}: ${problem}`),
    ]);
  }

  get files(): readonly RuleFile[] {
    return this.#parts.files;
  }
}

/** Both kinds may have come with a clone: a `settings.local.json` that was committed is what others wrote, too. */
const isOfRepository = ({ file }: Read): boolean => file.root !== undefined;

const entryOf = (directory: string): string => `additionalDirectories: ${directory}`;

const looseningOf = ({ content }: Read): string[] => [
  ...content.rules.filter(({ verdict }) => verdict === "allow").map(({ text }) => text),
  ...content.directories.map(entryOf),
];

function anchorsOf({ root, anchor }: RuleFile): Pick<WrittenRule, "anchors"> {
  if (root !== undefined) return { anchors: { cwd: root, roots: [root] } };
  return anchor === undefined ? {} : { anchors: { roots: [anchor] } };
}

function refuseKind({ kind, sizeBytes }: FileStat): string | undefined {
  if (kind !== "file") return "it is no file";
  return sizeBytes > MAX_BYTES ? "it is larger than 2 MB" : undefined;
}
