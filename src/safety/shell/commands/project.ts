import { isProtectedForWriting } from "../../protected-files.ts";
import type { Call, Context, Handler } from "../context.ts";
import { inWorkspace, isSecretPath, resolveFrom } from "../paths.ts";
import type { ShellWord } from "../word.ts";

const words = (text: string): string[] => text.trim().split(/\s+/);

/** Options by which a tool loads or runs other code than the project's, or takes its settings from elsewhere. */
const LOADS =
  /^--?(?:plugins?(?:-.*)?|load(?:er|-path|-file)?|require|import|eval|exec(?:ute|-path)?|init(?:-script|-file)?|toolexec|rcfile|preload|env-file|rulesdir|resolve-plugins-relative-to|globalSetup|globalTeardown|setupFiles.*|testRunner|runner|transform|environment|reporters?|custom-.*|ext-.*|extension|hooks?|javaagent|prefix|cwd|root-dir|global|user|inspect.*|registry|index-url|extra-index-url|proxy|upload|publish|deploy|open|serve|host|remote.*|daemon|vettool|overlay|modfile|gccgoflags|ldflags|asmflags|gcflags)$|^-(?:I|e|r|R|D(?:exec|java).*|javaagent.*|g)$/;

/** What any word of a tool that runs the project's code must not say. True when something was said against it. */
export function checkWord(word: ShellWord, context: Context): void {
  const { value } = word;
  const text = value.replace(/^--?[\w-]+=/, "");
  if (/^[a-z][a-z\d+.-]*:\/\//i.test(text)) context.note("high", "names a place on the network", word);
  else if (/^\s*[{[(]|[`\n;|]/.test(text) && value !== text)
    context.note("high", "passes settings that may name code", word);
  else if (/^(?:[~/\0]|\.\.(?:\/|$))|\/\.\.(?:\/|$)/.test(text)) outside({ ...word, value: text }, context);
  else if (isSecretPath(text)) context.note("high", "names a file that may hold secrets", word);
  else if (/^--(?:out.*|output.*|write.*|log.*|report.*|dest.*)=/.test(value) && isProtectedForWriting(text))
    context.note("high", "changes a protected file", word);
}

function outside(word: ShellWord, context: Context): void {
  const paths = resolveFrom(context.cwds, word.value, context.place.home);
  if (!paths) context.note("high", "a path that is only known when it runs", word);
  else if (!paths.every((path) => path === "/dev/null" || inWorkspace(path, context.place) !== undefined))
    context.note("high", "leads a tool out of the workspace", word);
}

/** A tool that reads the project's settings and runs the project's code. */
export function projectTool(call: Call, context: Context): void {
  for (const word of call.args) {
    const name = word.value.replace(/=.*$/s, "");
    if (name.startsWith("-") && LOADS.test(name) && !(name === "-e" && /^(?:tox|nox)$/.test(call.name)))
      context.note("high", `${name} may load other code`, word);
    checkWord(word, context);
  }
  if (!context.cwds?.every((cwd) => inWorkspace(cwd, context.place) !== undefined))
    context.note("high", "runs code from outside the workspace", call.word);
  context.note("medium", "runs code of the project", call.word);
}

/** Tools that do nothing else than check, test or build. */
const TOOLS = words(`
  eslint tsc tsgo vitest jest mocha ava tap prettier biome oxlint oxfmt standard xo tslint stylelint markdownlint markdownlint-cli2 cspell
  commitlint knip madge depcheck c8 nyc karma ng vite vue-tsc svelte-check astro rollup webpack esbuild tsup tsdown unbuild swc babel
  parcel next nuxt remix gatsby turbo lerna nx playwright cypress storybook typedoc size-limit publint attw
  ruff black mypy pyright pytest flake8 isort pylint bandit tox nox coverage autopep8 yapf
  phpunit phpstan psalm pint php-cs-fixer pest rspec rubocop standardrb minitest
  golangci-lint staticcheck gofmt goimports gofumpt rustfmt clippy-driver ktlint detekt swiftlint swiftformat clang-format clang-tidy
  cppcheck ctest ninja meson xcodebuild bazel buck2 pants just task mage rake gulp grunt
  shfmt hadolint yamllint jsonlint actionlint tflint dprint taplo buf protoc sqlfluff
`);

/** The first operand says what is done. */
function verb(call: Call): string {
  return call.args.find(({ value }) => !/^[-+]/.test(value))?.value ?? "";
}

/** A tool with commands: `runs` are ordinary, `reads` only look, everything else is high. */
const commands =
  (runs: string, reads = "", asks = ""): Handler =>
  (call, context) => {
    const name = verb(call);
    if (
      name === "" &&
      call.args.length > 0 &&
      call.args.every(({ value }) => /^-(?:[vV]|-version|-help|h)$/.test(value))
    )
      return;
    if (words(reads).includes(name)) {
      const isPlain = call.args.every(({ value }) => value === name || /^[\w@./:-]*$/.test(value));
      if (
        isPlain &&
        call.args.every(
          ({ value }) => !/^-/.test(value) || /^--(?:json|verbose|version|help|offline)$/.test(value),
        )
      )
        return;
    }
    if (words(asks).includes(name)) context.note("medium", "reads from the package registry", call.word);
    else if (!words(runs).includes(name) && !words(reads).includes(name)) {
      context.note(
        "high",
        `${call.name} ${name.replaceAll("\0", "…")} may do more than build and test`.replace("  ", " "),
        call.word,
      );
      return;
    }
    projectTool(call, context);
  };

const UNUSUAL_TARGET =
  /^(?:install|uninstall|deploy|publish|release|push|upload|ship|rollout|destroy|prod.*|.*[-:_](?:deploy|publish|release|push|upload))$/;
export const isUnusualTarget = (name: string): boolean => UNUSUAL_TARGET.test(name);

const make: Handler = (call, context) => {
  for (const [index, word] of call.args.entries()) {
    const { value } = word;
    const previous = call.args[index - 1]?.value ?? "";
    if (/^(?:-f|--file|--makefile)$/.test(previous) && value === "-")
      context.note("high", "runs what is fed to it", word);
    if (/^--(?:eval|include-dir|directory)|^-[EI]/.test(value) && !/^--directory=[\w./-]+$/.test(value))
      context.note("high", "may load other code", word);
    else if (/^[A-Za-z_]\w*[:?+]?=/.test(value) && !/^(?!SHELL|MAKE)[A-Za-z_]\w*=[\w.,/-]*$/.test(value))
      context.note("high", "sets what is run", word);
    if (isUnusualTarget(value))
      context.note("high", `a target called ${value} may reach beyond the workspace`, word);
  }
  projectTool(call, context);
};

const cargo = commands(
  "build check test run bench clippy fmt doc clean fix nextest b c t r",
  "tree metadata --version version",
  "fetch update vendor search info",
);
const go = commands("build test vet run fmt clean", "version list doc", "mod");

const goWithModules: Handler = (call, context) => {
  const [first, second] = call.args.filter(({ value }) => !value.startsWith("-"));
  if (first?.value === "env") {
    const isRead = call.args.every(({ value }) => value === "env" || /^[A-Z]\w*$|^-json$/.test(value));
    if (!isRead) context.note("high", "changes settings of go", call.word);
  } else if (
    first?.value === "mod" &&
    !/^(?:download|tidy|verify|why|graph|vendor)$/.test(second?.value ?? "")
  ) {
    context.note("high", "changes the module", call.word);
  } else if (first?.value === "list" || (first?.value === "run" && /@|\.\w+\//.test(second?.value ?? ""))) {
    if (first.value === "run") context.note("high", "runs code from the network", call.word);
    else context.note("medium", "may read from the network", call.word);
  } else go(call, context);
};

const terraform = commands("fmt validate", "version", "");
const gradle = commands(
  "build test check assemble assembleDebug assembleRelease compileJava compileKotlin compileTestJava classes lint clean jar javadoc spotlessCheck spotlessApply detekt ktlintCheck bootJar testDebugUnitTest lintDebug",
  "tasks projects properties dependencies help",
);
const mvn = commands("test compile package verify clean validate test-compile site", "", "");

const dotnet = commands("build test run format clean", "--version --info --list-sdks", "restore");
const composer: Handler = commands(
  "run-script run test dump-autoload validate check-platform-reqs",
  "show licenses",
  "outdated audit",
);
const bundle: Handler = (call, context) => {
  const [first, ...rest] = call.args;
  if (first?.value === "exec") context.run(rest);
  else commands("check", "list show", "install outdated")(call, context);
};

/** Runs a command in an environment of its own: `poetry run pytest`. */
const runner =
  (run: RegExp, otherwise: Handler): Handler =>
  (call, context) => {
    const [first, ...rest] = call.args;
    if (!first || !run.test(first.value)) return otherwise(call, context);
    context.note("medium", "runs code of the project", call.word);
    if (rest[0]?.value.startsWith("-")) context.note("high", "an option that may load other code", rest[0]);
    else context.run(rest, call.hasInput);
  };

const storybook = commands("build dev", "", "");

export const PROJECT_HANDLERS: readonly [string, Handler][] = [
  ...TOOLS.map((name): [string, Handler] => [name, projectTool]),
  ["storybook", storybook],
  ["make", make],
  ["gmake", make],
  [
    "cmake",
    (call, context) => {
      if (call.args.some(({ value }) => /^-[PE]$|^--(?:install|open|workflow)/.test(value)))
        context.note("high", "runs a script or installs", call.word);
      projectTool(call, context);
    },
  ],
  [
    "cargo",
    (call, context) => {
      const bad = call.args.find(({ value }) =>
        /^(?:-Z|-C|--config|--manifest-path=\/|--target-dir)/.test(value),
      );
      if (bad) context.note("high", "an option that may load other code", bad);
      cargo(call, context);
    },
  ],
  ["go", goWithModules],
  ["gradle", gradle],
  ["gradlew", gradle],
  ["mvn", mvn],
  ["mvnw", mvn],
  ["sbt", commands("test compile clean run", "", "")],
  ["dotnet", dotnet],
  ["swift", commands("build test run", "--version", "")],
  ["zig", commands("build test fmt", "version env", "")],
  ["mix", commands("test compile format credo dialyzer", "", "deps.get")],
  ["flutter", commands("test analyze build", "--version doctor", "pub")],
  ["dart", commands("test analyze format run compile", "--version", "")],
  ["stack", commands("build test", "", "")],
  ["cabal", commands("build test", "", "")],
  ["composer", composer],
  ["bundle", bundle],
  ["poetry", runner(/^run$/, commands("check build", "show version env", "install lock"))],
  ["uv", runner(/^run$/, commands("lock tree", "version", "sync"))],
  ["pipenv", runner(/^run$/, commands("check", "graph", "sync"))],
  ["hatch", runner(/^run$/, commands("test fmt build", "version", ""))],
  ["pdm", runner(/^run$/, commands("build", "list", "sync"))],
  ["terraform", terraform],
  ["tofu", terraform],
  ["helm", commands("lint template", "version list", "")],
];
