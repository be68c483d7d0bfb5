import type { Rule } from "../core/access.ts";
import { climbsFrom } from "./climbs-back.ts";
import { isCommandRule, readAt } from "./command-rules.ts";
import { globsOverlap } from "./glob-overlap.ts";
import { changesGitSettings, putBy, shownByGit } from "./lent-programs.ts";
import type { RulePlace } from "./path-patterns.ts";
import { isProtectedForWriting, isSecret } from "./protected-files.ts";
import type { ReadCommand } from "./shell/reading.ts";
import { baseName } from "./shell-wrappers.ts";

const CHANGES = new Set(
  "rm rmdir unlink shred mv cp ln install rsync touch truncate tee dd chmod chown chattr sed perl patch remove-item move-item rename-item copy-item set-content add-content clear-content out-file tee-object new-item mkdir export-csv export-clixml expand-archive compress-archive set-itemproperty set-acl".split(
    " ",
  ),
);
const REMOVES = new Set(["rm", "rmdir", "unlink", "shred", "mv", "remove-item", "move-item", "rename-item"]);
/** They show what is in the files they name. */
const SHOWS = new Set(
  "cat tac head tail less more nl grep egrep fgrep rg diff cmp comm od xxd hexdump strings base64 cut paste sort uniq awk jq get-content select-string format-hex import-csv".split(
    " ",
  ),
);
const FIND_REMOVES = /^-(?:delete|exec|execdir|ok|okdir)$/;

/** Secrets that a rule names, or commands that one repeats word for word, may be shown. */
interface Lifted {
  readonly mayRead: (path: string) => boolean;
  readonly isNamed: (text: string) => boolean;
}
const NOTHING_LIFTED: Lifted = { mayRead: () => false, isNamed: () => false };

export const isExactCommand = (rule: Rule): boolean => isCommandRule(rule) && rule.command.isExact;

/**
 * Commands that plainly change protected files, or remove the disk, the home folder or a workspace folder, ask under
 * every mode, and so does what cannot be read. It knows the usual tools only: a seat belt, not the wall.
 */
export function commandFloor(place: RulePlace, { mayRead, isNamed }: Lifted = NOTHING_LIFTED): Rule {
  const fold = (path: string): string => (place.isCaseInsensitive ? path.toLowerCase() : path);
  const critical = new Set(
    [place.home, ...place.roots, place.cwd].flatMap((path) => ancestors(path, place)).map(fold),
  );
  const placesOf = (word: string, { cwds }: ReadCommand): string[] => {
    const path = /^~(?=[\\/]|$)/.test(word) ? place.home + word.slice(1) : word;
    return (cwds ?? [place.cwd]).map((cwd) => place.paths.resolve(cwd, path));
  };
  const isCritical = (word: string, command: ReadCommand): boolean =>
    placesOf(word.replace(/(?:^|(?<=[\\/]))(?:\*|\.\*|\.)$/, "") || ".", command).some((path) =>
      critical.has(fold(path)),
    );
  const isProtected = (word: string, command: ReadCommand): boolean =>
    climbsFrom(word, command.cwds, place.cwd) ||
    [word, word.slice(word.indexOf("=") + 1)]
      .flatMap((spelled) => placesOf(spelled, command))
      .flatMap((path) => [path, place.real?.(path) ?? path])
      .some((path) => isProtectedForWriting(fromRoot(path, place)));
  const changes = (command: ReadCommand): boolean => {
    const words = command.words.map(({ value }) => value);
    if (changesGitSettings(words) || putBy(words).some((word) => isProtected(word, command))) return true;
    const at = words.findIndex((word) => CHANGES.has(baseName(word)));
    if (at < 0) return false;
    const removes = REMOVES.has(baseName(words[at] ?? ""));
    return words
      .slice(at + 1)
      .some((word) => isProtected(word, command) || (removes && isCritical(word, command)));
  };
  const isKept = (path: string): boolean => isSecret(fromRoot(path, place)) && !mayRead(path);
  const shows = (command: ReadCommand): boolean =>
    whatIsShown(command).some((word) =>
      placesOf(word, command).some((path) => isKept(path) || isKept(place.real?.(path) ?? path)),
    ) || globsOf(command).some(meansSecrets);
  /** `find / -delete`: everything below where it begins. */
  const findRemoves = (command: ReadCommand): boolean =>
    whereFindRemoves(command)
      .flatMap((word) => placesOf(word, command))
      .some((path) => path === place.home || place.paths.within(path, place.home) !== undefined);
  return {
    verdict: "ask",
    kind: "execute",
    source: "protected file or folder",
    matches: (text) => {
      const { commands, isReadable } = readAt(text, place);
      if (!isReadable) return true;
      const isShownOnPurpose = isNamed(text);
      return commands.some((command) => {
        const written = command.redirects
          .filter(({ operator }) => operator !== "<")
          .flatMap(({ words }) => words);
        return (
          written.some(({ value }) => isProtected(value, command)) ||
          changes(command) ||
          (!isShownOnPurpose && shows(command)) ||
          findRemoves(command)
        );
      });
    },
  };
}

/** Words that may be files whose text a command shows. */
function whatIsShown({ words, redirects }: ReadCommand): readonly string[] {
  const [program = "", ...rest] = words.map(({ value }) => value);
  const fed = redirects.filter(({ operator }) => operator === "<").flatMap((one) => one.words);
  return [
    ...fed.map(({ value }) => value),
    ...(SHOWS.has(baseName(program)) ? rest : shownByGit([program, ...rest])),
  ];
}

function globsOf(command: ReadCommand): readonly string[] {
  const globs = new Set(command.words.filter(({ isGlob }) => isGlob).map(({ value }) => value));
  return whatIsShown(command).filter((word) => globs.has(word));
}

/** What wildcards are about when they leave so much of a secret's name; those that leave nothing of it are about everything. */
function meansSecrets(path: string): boolean {
  const name = path.slice(path.search(/[^\\/]*$/)).toLowerCase();
  if (!/[^*?.]/.test(name.replaceAll(/\[[^\]]*\]/g, ""))) return false;
  return SAMPLES.some((sample) => (sample[0] === "." ? name[0] === "." : true) && globsOverlap(sample, name));
}
const SAMPLES = [
  ".env",
  ".env.local",
  ".npmrc",
  ".netrc",
  ".pypirc",
  ".git-credentials",
  "id_rsa",
  "id_ed25519",
];

function whereFindRemoves({ words }: ReadCommand): readonly string[] {
  const [program = "", ...rest] = words.map(({ value }) => value);
  if (!/^g?find$/.test(baseName(program)) || !rest.some((word) => FIND_REMOVES.test(word))) return [];
  return rest.slice(
    0,
    rest.findIndex((word) => /^[-(!]/.test(word)),
  );
}

function fromRoot(path: string, place: RulePlace): string {
  const inside = place.roots
    .map((root) => place.paths.within(root, path))
    .find((found) => found !== undefined);
  return inside ?? path;
}

/** The folder and everything it lies in, up to the root of the disk. */
function ancestors(path: string, place: RulePlace): string[] {
  const parent = place.paths.dirname(path);
  return parent === path ? [path] : [path, ...ancestors(parent, place)];
}
