/**
 * What makes two commands the same kind of action: the program and the word that says what it does. Whatever may follow those words,
 * a rule of this kind that was given on a card lets nothing of high risk through (`belowHigh`), so what is listed here need
 * not be harmless with every option. What is not listed is only ever allowed as it is written: shells, what runs other
 * programs or tasks by its arguments, what sends, publishes, discards or deletes.
 */

/** Programs that do one thing. What only shows files runs unasked in the workspace, so a kind of it would be the rest of the disk. */
const PLAIN = new Set(
  (
    "tsc eslint prettier oxlint stylelint vitest jest mocha ava pytest mypy pyright black flake8 pylint isort phpunit rspec " +
    "rubocop shellcheck hadolint gofmt rustfmt clang-format swiftlint ctest mkdir touch cp mv gzip gunzip " +
    "egrep fgrep rg diff jq"
  ).split(" "),
);

/** The words that say what a program does; `x/` needs one more after it. */
const SUBCOMMANDS: ReadonlyMap<string, ReadonlySet<string>> = new Map(
  Object.entries({
    git: "add commit fetch pull stash branch tag switch checkout merge rebase revert cherry-pick mv init diff log show blame status shortlog describe ls-files rev-parse rev-list",
    npm: "test t start run/ run-script/ ci install i ls list view outdated",
    pnpm: "test t start run/ install i ls list why outdated build lint typecheck format check",
    yarn: "test start run/ install why build lint typecheck format check",
    bun: "test run/ install build lint typecheck format check",
    cargo: "build test check clippy fmt run doc bench tree",
    go: "build test vet fmt list run/ mod/",
    dotnet: "build test run restore format",
    docker: "ps images logs version compose/",
    kubectl: "get describe logs version",
    gh: "pr/ issue/ run/ repo/",
    pip: "list show check",
    ruff: "check format",
    biome: "check lint format",
    "golangci-lint": "run",
    uv: "sync",
    poetry: "install check",
    terraform: "fmt validate",
    swift: "build test",
    deno: "test lint fmt check",
    vite: "build",
    storybook: "build",
    playwright: "test",
    next: "build lint",
    composer: "run-script/ test",
    bundle: "install check",
  }).map(([program, words]) => [program, new Set(words.split(" "))]),
);
const SUB_SUBCOMMANDS: Readonly<Record<string, RegExp>> = {
  "docker compose": /^(?:ps|logs|images|version)$/,
  "go mod": /^(?:tidy|download|verify|graph|why)$/,
  "gh pr": /^(?:list|view|diff|checks|status)$/,
  "gh issue": /^(?:list|view|status)$/,
  "gh run": /^(?:list|view)$/,
  "gh repo": /^view$/,
};

/** What only starts another program of the project's. */
const STARTERS: readonly (readonly string[])[] = [
  ["poetry", "run"],
  ["uv", "run"],
  ["bundle", "exec"],
  ["pnpm", "exec"],
];
const MODULES = /^(?:pytest|unittest|mypy|ruff|black|flake8|pylint|isort|json\.tool)$/;
const SCRIPTED = new Set(["node", "python", "python3", "ruby", "php"]);
/** A file of the project: a path that goes neither up nor anywhere from the root. */
const SCRIPT = /^(?!\/|~|-)(?!.*(?:^|\/)\.\.(?:\/|$))[\w./-]+$/;
/** What may be done once is not done again with other words by the way. */
const DELICATE = /deploy|publish|release|migrat|upload|push|prod|destroy|drop|delete|remove|reset/i;
const NAME = /^[\w][\w:.-]*$/;

/** How many words, from the first, say what kind of action this is. Undefined when only the whole command does. */
export function kindLength(words: readonly string[]): number | undefined {
  const [program = ""] = words;
  const starter = STARTERS.find((start) => start.every((word, at) => words[at] === word));
  if (starter) {
    const inner = kindLength(words.slice(starter.length));
    return inner === undefined ? undefined : starter.length + inner;
  }
  if (program.includes("/")) return isScript(program) && !isTaskRunner(program) ? 1 : undefined;
  if (PLAIN.has(program)) return 1;
  return SCRIPTED.has(program) ? scriptLength(words) : subcommandLength(words);
}

const isScript = (word: string): boolean => SCRIPT.test(word) && !DELICATE.test(word);

/** Every further word is one more task. */
const isTaskRunner = (program: string): boolean => /(?:^|\/)(?:gradlew|mvnw)$/.test(program);

function scriptLength([program = "", first = "", second = ""]: readonly string[]): number | undefined {
  if (program.startsWith("python") && first === "-m") return MODULES.test(second) ? 3 : undefined;
  return isScript(first) ? 2 : undefined;
}

function subcommandLength([program = "", first = "", second = ""]: readonly string[]): number | undefined {
  const subcommands = SUBCOMMANDS.get(program);
  if (subcommands?.has(first)) return 2;
  if (!subcommands?.has(`${first}/`) || DELICATE.test(second)) return undefined;
  const known = SUB_SUBCOMMANDS[`${program} ${first}`] ?? (program === "go" ? SCRIPT : NAME);
  return known.test(second) ? 3 : undefined;
}
