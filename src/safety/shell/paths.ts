import { globsOverlap } from "../glob-overlap.ts";
import { isProtectedForWriting, isSecret, isSystemPath } from "../protected-files.ts";
import type { Effect, Risk } from "./findings.ts";
import { UNKNOWN } from "./word.ts";

/** Where a text runs. Paths are absolute, canonical and POSIX. */
export interface ShellPlace {
  readonly cwd: string;
  readonly home: string;
  readonly roots: readonly string[];
}

/** `list` shows names only; `run` is code that is executed. */
export type PathUse = "read" | "list" | "write" | "delete" | "run";

export interface PathJudgement {
  readonly risk: Risk;
  readonly text: string;
  readonly effect: Effect;
}

const LOW: PathJudgement = { risk: "low", text: "", effect: "reads" };
const judged = (risk: Risk, text: string, use: PathUse): PathJudgement => ({
  risk,
  text,
  effect: use === "read" || use === "list" ? "reads" : "changes",
});

/** Places outside every project that hold credentials, or the traces of them. */
const CREDENTIAL_PLACES =
  /\/(?:\.ssh|\.aws|\.gnupg|\.azure|\.kube|\.docker|\.password-store|\.config\/(?:gcloud|gh|hub|op|google-chrome|chromium)|\.mozilla|Library\/Keychains)(?:\/|$)|\/\.[a-z_]*history$|\/etc\/(?:g?shadow|sudoers|master\.passwd)|\/environ$|^\/proc\/(?:kcore|[^/]+\/(?:mem|maps|fd))|^\/dev\/(?:mem|kmem|sd|nvme|disk|tcp|udp)/i;
const DEVICES = /^\/dev\/(?:null|zero|full|stdin|stdout|stderr|tty|fd\/\d+)$/;
const TEMPORARY = /^\/(?:private\/)?(?:var\/)?tmp\//;

/** An absolute path without `.`, `..` and doubled slashes; `..` of the root is the root. */
export function normalise(path: string): string {
  const out: string[] = [];
  for (const segment of path.split("/")) {
    if (segment === "..") out.pop();
    else if (segment !== "" && segment !== ".") out.push(segment);
  }
  return `/${out.join("/")}`;
}

/** The place a path leads to from each folder the text may be in; undefined when that is only known when it runs. */
export function resolveFrom(
  cwds: readonly string[] | undefined,
  path: string,
  home: string,
): string[] | undefined {
  if (path.startsWith(UNKNOWN)) return undefined;
  const expanded = path === "~" || path.startsWith("~/") ? home + path.slice(1) : path;
  if (expanded.startsWith("/")) return [normalise(expanded)];
  return cwds?.map((cwd) => normalise(`${cwd}/${expanded}`));
}

const isWithin = (root: string, path: string): boolean =>
  path === root || path.startsWith(root === "/" ? root : `${root}/`);

/** The path within the workspace; undefined when it is outside. */
export function inWorkspace(path: string, { roots }: ShellPlace): string | undefined {
  const root = roots
    .filter((candidate) => isWithin(candidate, path))
    .toSorted((a, b) => b.length - a.length)[0];
  return root === undefined ? undefined : path.slice(root.length).replace(/^\//, "");
}

export const isTemporary = (path: string): boolean => TEMPORARY.test(path);

/** Nobody writes longer ones to read ordinary files. */
const MAX_GLOB = 1_024;

/** Names of secrets, to see what a glob aims at. */
const SECRET_NAMES =
  ".env .env.local .env.production .npmrc .netrc .pypirc .git-credentials .htpasswd .ssh .aws .gnupg .kube .pgpass id_rsa id_ed25519 id_ecdsa server.pem private.key server.key key.p12 store.jks terraform.tfvars terraform.tfstate credentials.json service-account.json".split(
    " ",
  );

/** Whether a glob is spelled so that it hits a secret file; `*` and `*.json` hit everything and aim at nothing. */
function aimsAtSecret(segment: string): boolean {
  const letters = segment.replaceAll(/\[[^\]]*\]|[*?]/g, "");
  if (letters.length < 2 && !segment.startsWith(".")) return false;
  if (/^\.(?:json|js|ts|txt)$/.test(letters)) return false;
  const pattern = segment.toLowerCase();
  return SECRET_NAMES.some(
    (name) => (segment.startsWith(".") || !name.startsWith(".")) && globsOverlap(name, pattern),
  );
}

/** Secrets, also where a part of the path is not known, or spelled with look-alikes. */
export function isSecretPath(path: string): boolean {
  const plain = path.normalize("NFKC").replaceAll(UNKNOWN, "x");
  if (isSecret(plain) || CREDENTIAL_PLACES.test(plain)) return true;
  if (!/[*?[]/.test(plain)) return false;
  return (
    plain.length > MAX_GLOB ||
    plain.split("/").some((segment) => /[*?[]/.test(segment) && aimsAtSecret(segment))
  );
}

/** Folders that can be made again: deleting all of one loses nothing. */
const REBUILT =
  /(?:^|\/)(?:node_modules|dist|build|out|coverage|target|\.cache|\.next|\.nuxt|\.turbo|\.parcel-cache|\.pytest_cache|\.mypy_cache|\.ruff_cache|__pycache__|\.nyc_output|\.vite|\.svelte-kit|test-output|test-results|playwright-report|tmp|temp)(?:\/|$)/;
export const isRebuilt = (path: string): boolean => REBUILT.test(path);

/** Judges one place. `written` is the path as it was spelled. */
export function judgePlace(
  path: string | undefined,
  written: string,
  use: PathUse,
  place: ShellPlace,
): PathJudgement {
  const secret = judgeSecret(path, written, use, place);
  if (secret) return secret;
  if (/^[a-z][a-z\d+.-]*:\/\//i.test(written))
    return { risk: "medium", text: "is no path", effect: "changes" };
  if (path === undefined || written.includes(UNKNOWN)) return judgeUnknown(path, written, use);
  if (DEVICES.test(path)) return use === "run" ? judged("high", "runs what comes in", use) : LOW;
  const inside = inWorkspace(path, place);
  if (isChange(use) && isProtectedForWriting(inside ?? path))
    return judged("high", "changes a protected file", use);
  return inside === undefined ? judgeOutside(path, use, place) : judgeInside(inside, use, place);
}

const isChange = (use: PathUse): boolean => use === "write" || use === "delete";

function judgeSecret(
  path: string | undefined,
  written: string,
  use: PathUse,
  place: ShellPlace,
): PathJudgement | undefined {
  const target = path ?? written;
  if (!isSecretPath(target)) return undefined;
  if (use === "list" && !CREDENTIAL_PLACES.test(target)) return listing(path, place);
  if (isChange(use)) return judged("high", "changes a file of secrets", use);
  // What only looks like the name of a secret was spelled to deceive, and those of the system are not for users.
  const isOdd = /[^ -~\0]/.test(target) || target.startsWith("/etc/");
  return {
    ...judged("high", "reads a file that may hold secrets", use),
    ...(isOdd && { effect: "changes" }),
  };
}

function judgeOutside(path: string, use: PathUse, place: ShellPlace): PathJudgement {
  if (use === "write" && isTemporary(path)) return judged("medium", "writes a temporary file", use);
  if (use === "run") return judged("high", "runs code from outside the workspace", use);
  return isChange(use) ? judged("high", "changes what is outside the workspace", use) : listing(path, place);
}

function listing(path: string | undefined, place: ShellPlace): PathJudgement {
  const isInside = path !== undefined && inWorkspace(path, place) !== undefined;
  return isInside ? LOW : judged("medium", "reads outside the workspace", "read");
}

function judgeUnknown(path: string | undefined, written: string, use: PathUse): PathJudgement {
  if (
    path !== undefined &&
    isProtectedForWriting(path.replaceAll(UNKNOWN, "x")) &&
    use !== "read" &&
    use !== "list"
  )
    return judged("high", "changes a protected file", use);
  const text = written.includes(UNKNOWN)
    ? "a path that is only known when it runs"
    : "a path in a folder that is only known when it runs";
  return judged(use === "read" || use === "list" ? "medium" : "high", text, use);
}

function judgeInside(inside: string, use: PathUse, place: ShellPlace): PathJudgement {
  if (use === "read" || use === "list") return LOW;
  if (use === "delete" && inside === "") return judged("high", "deletes the workspace", use);
  if (place.roots.includes("/") && isSystemPath(inside)) return judged("high", "changes the system", use);
  const text = {
    write: "changes files in the workspace",
    delete: "deletes files in the workspace",
    run: "runs code of the project",
  };
  return judged("medium", text[use], use);
}
