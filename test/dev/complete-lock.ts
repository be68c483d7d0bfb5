// Run after npm install: adds the packages of other platforms that the registry at hand does not have. Without them
// `npm ci` refuses the lockfile, here and on those platforms. node test/dev/complete-lock.ts
import { readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import * as z from "zod";
import { ROOT } from "./paths.ts";

const Names = z.record(z.string(), z.string());
const Locked = z.looseObject({
  version: z.string().optional(),
  dev: z.boolean().optional(),
  optionalDependencies: Names.optional(),
});
const Lock = z.looseObject({ packages: z.record(z.string(), Locked) });
type Lock = z.infer<typeof Lock>;

/** Place in the lockfile → what has to stand there. */
function findMissing({ packages }: Lock): Map<string, Record<string, unknown>> {
  const missing = new Map<string, Record<string, unknown>>();
  for (const [from, { optionalDependencies, dev }] of Object.entries(packages)) {
    for (const [name, version] of Object.entries(optionalDependencies ?? {})) {
      const nested = `${from}/node_modules/${name}`;
      const top = `node_modules/${name}`;
      if (nested in packages || top in packages) continue;
      missing.set(top, { version, ...platformOf(name), ...(dev && { dev }), optional: true });
    }
  }
  return missing;
}

/** Packages that hold one platform's program say which in their name. */
function platformOf(name: string): Record<string, string[]> {
  const words = name.split("/").at(-1)?.split("-") ?? [];
  const first = (known: readonly string[]): string | undefined => words.find((word) => known.includes(word));
  const os = first([
    "aix",
    "android",
    "darwin",
    "freebsd",
    "linux",
    "netbsd",
    "openbsd",
    "openharmony",
    "sunos",
    "win32",
  ]);
  const cpu = first([
    "arm",
    "arm64",
    "ia32",
    "loong64",
    "mips64el",
    "ppc64",
    "ppc64le",
    "riscv64",
    "s390x",
    "wasm32",
    "x64",
  ]);
  const libc = words.some((word) => word.startsWith("musl"))
    ? "musl"
    : words.some((word) => word.startsWith("gnu"))
      ? "glibc"
      : undefined;
  return { ...(cpu && { cpu: [cpu] }), ...(libc && { libc: [libc] }), ...(os && { os: [os] }) };
}

function readLock(): { text: string; lock: Lock } {
  const text = readFileSync(join(ROOT, "package-lock.json"), "utf8");
  return { text, lock: Lock.parse(JSON.parse(text)) };
}

/** Names that `npm ci` would ask for and the lockfile does not know. */
export function missingFromLock(): string[] {
  return [...findMissing(readLock().lock).keys()];
}

if (process.argv[1] === import.meta.filename) {
  const { text, lock } = readLock();
  const missing = findMissing(lock);
  // From the text, not from what was parsed: the order inside each entry stays as npm wrote it.
  const raw = JSON.parse(text);
  const all = Object.entries({ ...raw.packages, ...Object.fromEntries(missing) });
  raw.packages = Object.fromEntries(all.sort(([a], [b]) => a.localeCompare(b, "en")));
  writeFileSync(join(ROOT, "package-lock.json"), `${JSON.stringify(raw, null, 2)}\n`);
  console.log(`${missing.size} added: ${[...missing.keys()].join(" ")}`);
}
