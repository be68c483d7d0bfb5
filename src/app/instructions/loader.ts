import type { LeftInstruction } from "../../core/instructions.ts";
import { isThere, Pass } from "./pass.ts";
import { folderPlaces, ownPlaces } from "./places.ts";
import { TextReader } from "./read-text.ts";
import { shownPlace } from "./shown-place.ts";
import type { LoadedTexts, LoaderParts, Touched } from "./texts.ts";

const OPEN = "others can write into this folder above the workspace";

/** Finds instruction files and reads them. Looks at each again every time; only what has changed is read again. */
export class InstructionLoader {
  readonly #parts: LoaderParts;
  readonly #reader: TextReader;

  constructor(parts: LoaderParts) {
    this.#parts = parts;
    this.#reader = new TextReader(parts.host);
  }

  /** Never rejects. */
  async load(touched: Touched): Promise<LoadedTexts> {
    const pass = new Pass(this.#parts, this.#reader, touched);
    for (const { path, text } of this.#parts.settings().managed) pass.addText(path, text);
    for (const place of ownPlaces(this.#parts.ruleFiles, this.#parts.host.paths))
      await pass.visit(place, "the machine's or the user's own");
    if (!this.#parts.isTrusted()) return pass.result();
    const around = await this.#around();
    for (const { path, because } of around.left) pass.leave(path, because);
    for (const folder of around.folders) await this.#visitFolder(pass, folder, "around the workspace");
    for (const root of this.#rootsInOrder()) await this.#visitFolder(pass, root, "of the workspace");
    for (const folder of touched.folders)
      await this.#visitFolder(pass, folder, this.#above(folder, touched), true);
    return pass.result();
  }

  #above(folder: string, { files }: Touched): string {
    const { host, cwd, home } = this.#parts;
    const file = files.find((one) => host.paths.within(folder, one) !== undefined);
    return file === undefined ? "touched" : `above ${shownPlace(file, { paths: host.paths, cwd, home })}`;
  }

  async #visitFolder(pass: Pass, folder: string, because: string, isTouched?: true): Promise<void> {
    const { choices, host } = this.#parts;
    for (const place of folderPlaces(folder, choices(), host.paths.join))
      await pass.visit(place, because, isTouched);
  }

  /** The one that is worked in comes last, because the last word is the strongest. */
  #rootsInOrder(): string[] {
    const { cwd, roots, host } = this.#parts;
    const isHere = (root: string): boolean => host.paths.within(root, cwd) !== undefined;
    return roots.toSorted((a, b) => Number(isHere(a)) - Number(isHere(b)));
  }

  /** Folders above the workspace, outermost first: those of the user's, or that others cannot put a file into. */
  async #around(): Promise<{ folders: string[]; left: LeftInstruction[] }> {
    const { cwd, roots, home, host } = this.#parts;
    const { dirname, within } = host.paths;
    const root = roots.find((one) => within(one, cwd) !== undefined);
    const folders: string[] = [];
    const left: LeftInstruction[] = [];
    for (let at = root; at !== undefined && dirname(at) !== at; ) {
      at = dirname(at);
      if (roots.includes(at)) continue;
      const isOpen = within(home, at) === undefined && (await this.#isOpenToOthers(at));
      if (isOpen) left.push(...(await this.#namesIn(at)).map((path) => ({ path, because: OPEN })));
      else folders.unshift(at);
    }
    return { folders, left };
  }

  async #namesIn(folder: string): Promise<string[]> {
    const { choices, host } = this.#parts;
    const paths = folderPlaces(folder, choices(), host.paths.join).map(({ path }) => path);
    const there = await Promise.all(paths.map((path) => isThere(path, this.#parts)));
    return paths.filter((_path, i) => there[i]);
  }

  async #isOpenToOthers(folder: string): Promise<boolean> {
    const stat = await this.#parts.host.fs.stat(folder).catch(() => undefined);
    // Where there are no such bits nobody can tell.
    return stat?.mode === undefined || (stat.mode & 0o002) !== 0;
  }
}
