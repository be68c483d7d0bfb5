/** Files whose text says which commands there are. */
export const TOLD_BY = [
  "package.json",
  "deno.json",
  "composer.json",
  "Makefile",
  "makefile",
  "GNUmakefile",
  "justfile",
  "Justfile",
  "pyproject.toml",
  "Gemfile",
] as const;
type Teller = (typeof TOLD_BY)[number];

const MOST = 8;
/** What builds, tests and checks, in the order in which it is told; names are copied from the repository, so they are only names. */
const WANTED =
  /^(?:build|compile|test|check|lint|typecheck|type-check|types|format|fmt|verify|ci|e2e|unit)(?:[:._-][\w:.-]*)?$/;
const ORDER = ["build", "compile", "test", "check", "lint", "type"];
const MOST_NAME_CHARS = 32;
const MOST_LINE_CHARS = 200;

/** Commands of tools that need no words of the repository: its files say that it uses them. */
const USUAL: readonly (readonly [file: RegExp, commands: readonly string[]])[] = [
  [/^Cargo\.toml$/, ["cargo build", "cargo test"]],
  [/^go\.mod$/, ["go build ./...", "go test ./..."]],
  [/^pom\.xml$/, ["mvn test"]],
  [/^build\.gradle(?:\.kts)?$/, ["gradle build", "gradle test"]],
  [/^mix\.exs$/, ["mix test"]],
  [/^Package\.swift$/, ["swift build", "swift test"]],
  [/^pubspec\.yaml$/, ["dart test"]],
  [/^[^/]+\.sln$/, ["dotnet build", "dotnet test"]],
  [/^tox\.ini$/, ["tox"]],
  [/^noxfile\.py$/, ["nox"]],
  [/^pytest\.ini$/, ["pytest"]],
];
const WRAPPERS: readonly (readonly [wrapper: string, plain: string])[] = [
  ["mvnw", "mvn "],
  ["gradlew", "gradle "],
];

/** Commands that build, test and check a project, by what lies at its top and what some of it says. Total: never throws. */
export function knownCommands(
  names: readonly string[],
  texts: Readonly<Partial<Record<Teller, string>>>,
): string[] {
  const has = (name: string): boolean => names.includes(name);
  const make = texts["Makefile"] ?? texts["makefile"] ?? texts["GNUmakefile"];
  const just = texts["justfile"] ?? texts["Justfile"];
  const usual = USUAL.flatMap(([file, commands]) => (names.some((name) => file.test(name)) ? commands : []));
  const all = [
    ...scriptCommands(texts["package.json"], "scripts", runnerOf(texts["package.json"], has)),
    ...scriptCommands(texts["deno.json"], "tasks", () => "deno task "),
    ...scriptCommands(texts["composer.json"], "scripts", () => "composer "),
    ...targets(make).map((name) => `make ${name}`),
    ...targets(just).map((name) => `just ${name}`),
    ...pythonCommands(texts["pyproject.toml"], has),
    ...(/\brspec\b/.test(texts["Gemfile"] ?? "") ? ["bundle exec rspec"] : []),
    ...usual.map((command) => wrapped(command, has)),
  ];
  return [...new Set(all)].slice(0, MOST);
}

function wrapped(command: string, has: (name: string) => boolean): string {
  const wrapper = WRAPPERS.find(([file, plain]) => has(file) && command.startsWith(plain));
  return wrapper ? `./${wrapper[0]} ${command.slice(wrapper[1].length)}` : command;
}

function scriptCommands(text: string | undefined, key: string, prefix: (name: string) => string): string[] {
  const value = parsed(text)[key];
  return isRecord(value) ? wanted(Object.keys(value)).map((name) => `${prefix(name)}${name}`) : [];
}

function runnerOf(text: string | undefined, has: (name: string) => boolean): (name: string) => string {
  const declared = parsed(text)["packageManager"];
  const named = typeof declared === "string" ? /^(npm|pnpm|yarn|bun)@/.exec(declared)?.[1] : undefined;
  const runner =
    named ??
    (has("pnpm-lock.yaml") ? "pnpm" : undefined) ??
    (has("yarn.lock") ? "yarn" : undefined) ??
    (has("bun.lock") || has("bun.lockb") ? "bun" : "npm");
  return (name) => (name === "test" && runner !== "bun" ? `${runner} ` : `${runner} run `);
}

/** Targets of a Makefile, recipes of a justfile: names at the beginning of a line, before a colon that assigns nothing. */
function targets(text: string | undefined): string[] {
  const lines = (text ?? "").split("\n").filter((line) => line.length <= MOST_LINE_CHARS);
  const heads = lines.map((line) => /^([A-Za-z][\w. -]*)[^:=#]*:(?![:=])/.exec(line)?.[1] ?? "");
  return wanted(heads.flatMap((names) => names.split(" ")));
}

function pythonCommands(text: string | undefined, has: (name: string) => boolean): string[] {
  if (text === undefined) return [];
  const runner = has("uv.lock") ? "uv run " : has("poetry.lock") ? "poetry run " : "";
  const uses = (section: string): boolean => new RegExp(`^\\s*\\[+tool\\.${section}\\b`, "m").test(text);
  return [
    ...(uses("pytest") || /["']pytest\b/.test(text) ? [`${runner}pytest`] : []),
    ...(uses("ruff") ? [`${runner}ruff check`] : []),
    ...(uses("mypy") ? [`${runner}mypy .`] : []),
  ];
}

const rank = (name: string): number => {
  const found = ORDER.findIndex((start) => name.startsWith(start));
  return found < 0 ? ORDER.length : found;
};

const wanted = (names: readonly string[]): string[] =>
  [...new Set(names)]
    .filter((name) => name.length <= MOST_NAME_CHARS && WANTED.test(name))
    .toSorted((a, b) => rank(a) - rank(b))
    .slice(0, MOST - 1);

function parsed(text: string | undefined): Readonly<Record<string, unknown>> {
  try {
    const value: unknown = JSON.parse((text ?? "{}").replace(/^\uFEFF/, ""));
    return isRecord(value) ? value : {};
  } catch {
    return {};
  }
}

const isRecord = (value: unknown): value is Readonly<Record<string, unknown>> =>
  typeof value === "object" && value !== null && !Array.isArray(value);
