import { isAbsolute } from "node:path";
import type { Refusal } from "../../../core/ports.ts";
import type { SandboxPolicy } from "./policy.ts";

/** Enough to understand a failure; what comes after is more of the same. */
const MAX_REFUSALS = 20;
const HARMLESS = /^\/(?:dev|proc|sys)\//;

/** Collects what a command was kept from, from what is watched while it runs and from what it says itself. */
export class Refusals {
  readonly #policy: SandboxPolicy;
  readonly #found = new Map<string, Refusal>();

  constructor(policy: SandboxPolicy) {
    this.#policy = policy;
  }

  get all(): readonly Refusal[] {
    return [...this.#found.values()];
  }

  add(kind: Refusal["kind"], target: string): void {
    if (this.#found.size < MAX_REFUSALS) this.#found.set(`${kind} ${target}`, { kind, target });
  }

  /** A line of the watcher, e.g. `deny openat /etc/x`. It reports attempts, so those that were allowed are left out. */
  watched(line: string): void {
    const said = /^deny(?:\(\d+\))? (\S+) (.+)$/s.exec(line);
    const [, call = "", target = ""] = said ?? [];
    // Hosts are told by whoever decides about them.
    if (call.startsWith("network") || !isAbsolute(target) || HARMLESS.test(target)) return;
    if (call === "file-read-data" || call === "file-read-metadata") return this.add("read", target);
    if (!this.#mayWrite(target)) this.add("write", target);
  }

  /** What a program printed: on a system without a watcher, and for what that does not see, that is all there is. */
  printed(text: string): void {
    for (const [, quoted, bare] of text.matchAll(
      /(?:EROFS: read-only file system, \w+ '([^'\n]+)'|(\S+): Read-only file system)/g,
    )) {
      const target = (quoted ?? bare ?? "").replace(/^[‘'"]|[’'"]$/g, "");
      if (isAbsolute(target) && !this.#mayWrite(target)) this.add("write", target);
    }
  }

  #mayWrite(path: string): boolean {
    const { allowWrite, denyWrite } = this.#policy;
    return allowWrite.some((folder) => isIn(folder, path)) && !denyWrite.some((folder) => isIn(folder, path));
  }
}

const isIn = (folder: string, path: string): boolean =>
  path === folder || path.startsWith(folder.endsWith("/") ? folder : `${folder}/`);
