import type { LeftInstruction } from "../../core/instructions.ts";
import { expandHome } from "../../safety/path-safety.ts";
import { type GlobMatcher, globMatcher } from "./globs.ts";
import { looksLikePath } from "./markdown.ts";
import type { InstructionScope, Place } from "./places.ts";
import type { Found, ReadText, TextReader } from "./read-text.ts";
import { shownPlace } from "./shown-place.ts";
import type { InstructionText, LoadedTexts, LoaderParts, Touched } from "./texts.ts";

const MAX_HOPS = 4;
const MAX_FILES = 200;
/** Of all files together: more would leave too little of the window for the work. About 45,000 tokens. */
const MAX_CHARS = 150_000;
const WITHIN_MS = 5_000;
const MAX_RULE_FOLDERS = 8;

/** From where one comes to a file. */
interface Source {
  readonly scope: InstructionScope;
  readonly because: string;
  readonly base: string;
  /** How many imports led here. */
  readonly hops: number;
  readonly isCursor?: true;
  readonly isTouched?: true;
}

/** One time of looking: what was found so far, so that nothing counts twice and nothing is endless. */
export class Pass {
  readonly #parts: LoaderParts;
  readonly #reader: TextReader;
  readonly #touched: Touched;
  readonly #texts: InstructionText[] = [];
  readonly #left = new Map<string, LeftInstruction>();
  readonly #taken = new Set<string>();
  readonly #excludes: readonly { readonly matches: GlobMatcher | undefined; readonly isOwn: boolean }[];
  #chars = 0;
  #hasConditional = false;
  #isWhole = true;

  constructor(parts: LoaderParts, reader: TextReader, touched: Touched) {
    this.#parts = parts;
    this.#reader = reader;
    this.#touched = touched;
    const ignoresCase = parts.host.platform !== "linux";
    this.#excludes = parts.settings().excludes.map(({ glob, isOwn }) => ({
      matches: globMatcher([expandHome(glob, parts.home)], ignoresCase),
      isOwn,
    }));
  }

  result(): LoadedTexts {
    const left = [...this.#left.values()];
    return { texts: this.#texts, left, hasConditional: this.#hasConditional, isWhole: this.#isWhole };
  }

  leave(path: string, because: string): void {
    this.#left.set(path, { path, because });
  }

  /** A text that stands in a settings file. */
  addText(path: string, text: string): void {
    this.#texts.push({ path, scope: "managed", because: "the setting claudeMd", text });
    this.#chars += text.length;
  }

  async visit(place: Place, because: string, isTouched?: true): Promise<void> {
    const { path, scope, kind, base, unless, isCursor } = place;
    if (!(await isThere(path, this.#parts))) return;
    if (unless && (await Promise.all(unless.map((other) => isThere(other, this.#parts)))).includes(true)) {
      this.leave(path, "there is a CLAUDE.md in this folder");
      return;
    }
    const source: Source = {
      scope,
      because,
      base,
      hops: 0,
      ...(isCursor && { isCursor }),
      ...(isTouched && { isTouched }),
    };
    const isFolder = kind !== "file" && (await this.#isFolder(path));
    if (isFolder) await this.#visitRules(path, source, 0);
    else if (kind !== "rules") await this.#add(path, source);
  }

  async #visitRules(folder: string, source: Source, depth: number): Promise<void> {
    const { fs, paths } = this.#parts.host;
    const real = await fs.canonical(folder).catch(() => undefined);
    const key = `${real}/`;
    if (real === undefined || depth > MAX_RULE_FOLDERS || this.#taken.has(key)) return;
    this.#taken.add(key);
    const entries = await fs.list(folder, AbortSignal.timeout(WITHIN_MS)).catch(() => undefined);
    if (!entries) this.leave(folder, "it cannot be listed");
    for (const { name, isDirectory } of (entries ?? []).toSorted((a, b) => (a.name < b.name ? -1 : 1))) {
      const path = paths.join(folder, name);
      if (isDirectory) await this.#visitRules(path, source, depth + 1);
      else if (/\.(?:md|mdc|markdown|txt)$/i.test(name)) await this.#add(path, source);
    }
  }

  async #add(path: string, source: Source): Promise<void> {
    const real = await this.#parts.host.fs.canonical(path).catch(() => undefined);
    const refusal =
      real === undefined ? "it cannot be found out where it leads" : this.#refuse(path, real, source);
    if (real === undefined || refusal !== undefined) {
      if (refusal !== undefined && refusal !== "") this.leave(path, refusal);
      return;
    }
    const found = await this.#reader.read(real);
    if (!isText(found)) {
      if (found !== undefined) this.leave(path, found);
      this.#isWhole = false;
      return;
    }
    const applies = this.#applies(found, source);
    if (typeof applies === "string") return this.leave(path, applies);
    if (this.#chars + found.text.length > MAX_CHARS)
      return this.leave(path, "there are too many instructions already: 150,000 characters count");
    this.#taken.add(this.#key(real));
    this.#chars += found.text.length;
    const { scope, isTouched } = applies;
    const because = found.isCut ? `${applies.because}; only its beginning, for it is long` : applies.because;
    this.#texts.push({ path, scope, because, text: found.text, ...(isTouched && { isTouched }) });
    for (const written of found.imports) await this.#import(written, { path, real }, applies);
  }

  /** Why a file does not count, in words; "" where that need not be told. */
  #refuse(path: string, real: string, { scope, base, hops }: Source): string | undefined {
    if (this.#taken.has(this.#key(real)))
      return hops > 0 || this.#texts.some((one) => one.path === path)
        ? ""
        : "it is the same file as one above";
    if (this.#texts.length >= MAX_FILES) return `there are more than ${MAX_FILES} files of instructions`;
    const isOwn = scope === "managed" || scope === "user";
    const isExcluded = this.#excludes.some(
      ({ matches, isOwn: mayAll }) =>
        scope !== "managed" &&
        (mayAll || !isOwn) &&
        [path, real].some((one) => matches?.(slashed(one)) === true),
    );
    if (isExcluded) return "claudeMdExcludes leaves it out";
    if (this.#parts.isPending(path) || this.#parts.isPending(real)) {
      this.#isWhole = false;
      return "Plumb changed it in this conversation; it counts once you have kept the change";
    }
    return isOwn ? this.#refuseOwn(real) : this.#refuseProject(path, real, base, hops);
  }

  #refuseOwn(real: string): string | undefined {
    if (this.#parts.isSecret(real)) return "it may hold secrets";
    const { verdict, because } = this.#parts.mayRead(real);
    return verdict === "deny" ? `reading it is denied (${because})` : undefined;
  }

  /** What lies in the workspace may be read; elsewhere only what the rules allow, wherever a link or an import leads. */
  #refuseProject(path: string, real: string, base: string, hops: number): string | undefined {
    const { mayRead, host, isSecret } = this.#parts;
    const { verdict, because } = mayRead(real);
    if (verdict === "deny") return `reading it is denied (${because})`;
    if (verdict === "allow") return undefined;
    const isInPlace =
      hops === 0 &&
      host.paths.within(base, path) !== undefined &&
      host.paths.within(base, real) !== undefined;
    if (isInPlace && !isSecret(real)) return undefined;
    const leads = real === path ? "it lies outside of the workspace" : `it leads to ${real}`;
    return isSecret(real)
      ? "it may hold secrets"
      : `${leads}; the rule Read(${ruleFor(real, this.#parts.home)}) would allow it`;
  }

  /** Why it counts, or why not now. */
  #applies({ head }: ReadText, source: Source): Source | string {
    const { base, hops, isCursor } = source;
    const globs = head.paths ?? [];
    if (hops > 0 || head.alwaysApply === true || (globs.length === 0 && !isCursor)) return source;
    if (globs.length === 0) return "it counts only where somebody names it (alwaysApply is not true)";
    this.#hasConditional = true;
    const { host, roots } = this.#parts;
    const matches = globMatcher(globs, host.platform !== "linux");
    if (!matches) return "its globs are beyond all measure";
    const file = this.#touched.files.find((one) =>
      [base, ...roots].some((folder) => {
        const inside = host.paths.within(folder, one);
        return inside !== undefined && inside !== "" && matches(slashed(inside));
      }),
    );
    if (file === undefined)
      return `it is about ${globs.slice(0, 3).join(", ")}, and no such file was touched`;
    return { ...source, because: `about ${this.#shown(file)}`, isTouched: true };
  }

  async #import(written: string, from: { path: string; real: string }, source: Source): Promise<void> {
    const { host, home } = this.#parts;
    const { resolve, dirname } = host.paths;
    const expanded = expandHome(written, home);
    const candidates = [...new Set([from.path, from.real].map((path) => resolve(dirname(path), expanded)))];
    const there = await Promise.all(candidates.map((path) => isThere(path, this.#parts)));
    const path = candidates[there.indexOf(true)];
    if (path === undefined) {
      if (looksLikePath(written))
        this.leave(candidates[0] ?? written, `${this.#shown(from.path)} imports it, and it is not there`);
      return;
    }
    if (source.hops >= MAX_HOPS) return this.leave(path, `imports go ${MAX_HOPS} files deep`);
    // `@src` may name a folder in passing.
    if (await this.#isFolder(path)) return;
    await this.#add(path, {
      ...source,
      because: `imported by ${this.#shown(from.path)}`,
      hops: source.hops + 1,
    });
  }

  async #isFolder(path: string): Promise<boolean> {
    const stat = await this.#parts.host.fs.stat(path).catch(() => undefined);
    return stat?.kind === "directory";
  }

  #key(real: string): string {
    return this.#parts.host.platform === "linux" ? real : real.toLowerCase();
  }

  #shown(path: string): string {
    const { host, cwd, home } = this.#parts;
    return shownPlace(path, { paths: host.paths, cwd, home });
  }
}

export const isThere = async (
  path: string,
  { isThere, host }: Pick<LoaderParts, "isThere" | "host">,
): Promise<boolean> =>
  isThere
    ? isThere(path)
    : host.fs.stat(path).then(
        () => true,
        () => false,
      );

const isText = (found: Found): found is ReadText => typeof found === "object";
const slashed = (path: string): string => path.replaceAll("\\", "/");
const ruleFor = (real: string, home: string): string =>
  real.startsWith(`${home}/`) ? `~${real.slice(home.length)}` : `/${slashed(real)}`;
