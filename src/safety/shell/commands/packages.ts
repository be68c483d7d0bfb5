import type { Call, Context, Handler } from "../context.ts";
import type { ShellWord } from "../word.ts";
import { isUnusualTarget, projectTool } from "./project.ts";

const words = (text: string): ReadonlySet<string> => new Set(text.trim().split(/\s+/));

/** Programs a project has as its own, so that `npx` runs nothing new. */
const LOCAL = words(`
  tsc tsgo vitest jest mocha eslint prettier biome oxlint playwright cypress vite next nuxt astro rollup webpack esbuild tsup turbo nx
  lerna storybook stylelint knip madge depcheck c8 nyc ava tap svelte-check vue-tsc typedoc lint-staged cspell
  markdownlint markdownlint-cli2 commitlint ng tsdown swc babel karma size-limit publint standard xo react-scripts
`);

const SCRIPTS = words("test t tst start stop restart build");
const LOOKS = words(
  "view info show v outdated audit ping search fund explain why ls list ll la query doctor diff",
);
const PLAIN_OPTION =
  /^(?:-[aqsdwyDEPOFr]|-ws|--(?:silent|quiet|if-present|workspaces?(?:=.*)?|workspace|json|long|depth(?:=\d+)?|all|production|omit(?:=\w+)?|include(?:=\w+)?|only(?:=\w+)?|dev|no-audit|no-fund|no-save|ignore-scripts|prefer-offline|offline|legacy-peer-deps|frozen-lockfile|immutable(?:-cache)?|no-color|color|loglevel(?:=\w+)?|audit-level(?:=\w+)?|parseable|recursive|filter(?:=.*)?|parallel|stream|verbose|yes|no-git-tag-version|link-duplicates|production=\w+|strict|no-optional|progress(?:=\w+)?|no-progress|reporter(?:=\w+)?|aggregate-output|bail|no-bail|sequential|watch|coverage|changed|run-in-band|prod|check|check-files|dry-run|ci|timing|pretty|depth|mode(?:=[\w-]+)?|name-only|field))$/;

interface Parts {
  readonly name: string;
  readonly before: readonly ShellWord[];
  readonly rest: readonly ShellWord[];
}

const WITH_VALUE = /^(?:-w|-F|--workspace|--filter|--loglevel|--depth|--field|--omit|--include)$/;

/** Options before the command, the command and what follows; what comes after `--` is for the script. */
function parts(call: Call): Parts {
  const isOption = ({ value }: ShellWord, index: number): boolean =>
    value.startsWith("-") || WITH_VALUE.test(call.args[index - 1]?.value ?? "");
  const at = call.args.findIndex((word, index) => !isOption(word, index));
  if (at < 0) return { name: "", before: call.args, rest: [] };
  return { name: call.args[at]?.value ?? "", before: call.args.slice(0, at), rest: call.args.slice(at + 1) };
}

function checkOptions(list: readonly ShellWord[], context: Context): void {
  for (const word of list) {
    if (word.value === "--") return;
    if (word.value.startsWith("-") && !PLAIN_OPTION.test(word.value))
      context.note("high", "an option that may load other code or take it from elsewhere", word);
  }
}

function script(name: ShellWord | undefined, rest: readonly ShellWord[], call: Call, context: Context): void {
  checkOptions(rest, context);
  if (name && isUnusualTarget(name.value))
    context.note("high", `a script called ${name.value} may reach beyond the workspace`, name);
  projectTool(
    {
      ...call,
      args: rest.filter(
        (word, index) =>
          !(word.value.startsWith("-") && index < rest.findIndex(({ value }) => value === "--")),
      ),
    },
    context,
  );
}

interface Command extends Parts {
  readonly call: Call;
  /** What follows the command, without options and their values. */
  readonly operands: readonly ShellWord[];
}

function npmLike(call: Call, context: Context): void {
  const found = parts(call);
  if (found.name === "" && isAsking(found.before)) return;
  checkOptions(found.before, context);
  const operands = found.rest.filter(
    ({ value }, index) => !value.startsWith("-") && !WITH_VALUE.test(found.rest[index - 1]?.value ?? ""),
  );
  npmCommand({ ...found, call, operands }, context);
}

function npmCommand(command: Command, context: Context): void {
  const { name, call, rest, operands } = command;
  const [first] = operands;
  const isNpm = call.name === "npm";
  if (/^(?:help|root|bin)$/.test(name) || (isNpm && /^(?:|prefix)$/.test(name))) checkOptions(rest, context);
  else if (/^(?:run|run-script|rum)$/.test(name)) {
    if (!first) return;
    checkOptions(rest.slice(0, rest.indexOf(first)), context);
    if (first.value === "env") context.note("high", "prints the whole environment", first, "reads");
    script(first, rest.slice(rest.indexOf(first) + 1), call, context);
  } else if (SCRIPTS.has(name) || (!isNpm && isScriptName(name)))
    script({ ...call.word, value: name }, rest, call, context);
  else if (LOOKS.has(name)) looks(rest, call, context);
  else if (/^(?:ci|clean-install|install|i|add|dedupe|prune|)$/.test(name)) installs(command, context);
  else if (/^(?:exec|x|dlx)$/.test(name)) executes(name, rest, call, context);
  else other(command, context);
}

const isAsking = (list: readonly ShellWord[]): boolean =>
  list.length > 0 && list.every(({ value }) => /^(?:-v|-h|-l|--version|--help)$/.test(value));

/** yarn, pnpm and bun run scripts by their bare name. */
const isScriptName = (name: string): boolean =>
  /^(?:test|build|lint|format|typecheck|type-check|check|dev|watch|coverage|e2e|unit|tsc|eslint|prettier|vitest|jest)(?:[:-][\w:-]+)?$/.test(
    name,
  );

function looks(rest: readonly ShellWord[], call: Call, context: Context): void {
  checkOptions(rest, context);
  if (rest.some(({ value }) => value === "fix" || value === "--fix"))
    context.note("high", "installs other packages", call.word);
  context.note("medium", "may read from the package registry", call.word);
}

function installs({ name, operands, rest, call }: Command, context: Context): void {
  checkOptions(rest, context);
  if (rest.some(({ value }) => /^(?:-g|--global|--location.*)$/.test(value)))
    context.note("high", "installs for the whole machine", call.word);
  const [first] = operands;
  if (first || name === "add")
    context.note("high", "installs a new package, whose scripts may run", first ?? call.word);
  context.note("medium", "installs what the lockfile names, whose scripts may run", call.word);
}

function executes(name: string, rest: readonly ShellWord[], call: Call, context: Context): void {
  if (name !== "dlx" && call.name !== "npm")
    context.run(rest.filter((word, index) => !(index === 0 && word.value === "--")));
  else if (name === "dlx") context.note("high", "runs a package from the network", call.word);
  else packageRunner({ ...call, args: rest }, context);
  context.note("medium", "runs code of the project", call.word);
}

/** What a command does, when it does no more than that. */
function ordinary({ name, operands, rest }: Command): string | undefined {
  const [first, second] = operands;
  const says = (pattern: RegExp): boolean => rest.every(({ value }) => pattern.test(value));
  if (name === "version" && operands.length < 2 && rest.some(({ value }) => value === "--no-git-tag-version"))
    return "changes package.json";
  if (name === "init" && says(/^(?:-y|--yes)$/)) return "writes package.json";
  if (name === "pack" && says(/^--(?:dry-run|json)$/)) return "runs code of the project";
  if (name === "pkg" && first?.value === "get") return "";
  const isFact = /^(?:registry|prefix|cache|node-version|engine-strict)$/.test(second?.value ?? "");
  return name === "config" && first?.value === "get" && isFact ? "" : undefined;
}

function other(command: Command, context: Context): void {
  const { name, operands, rest, call } = command;
  const [first, second] = operands;
  const text = ordinary(command);
  const isEverywhere = /^workspaces?$/.test(name) && /^(?:foreach|run)$|^[\w@./-]+$/.test(first?.value ?? "");
  if (text !== undefined) {
    checkOptions(rest, context);
    if (text !== "") context.note("medium", text, call.word);
  } else if (
    isEverywhere &&
    (/^(?:foreach|run)$/.test(first?.value ?? "") || isScriptName(second?.value ?? ""))
  )
    script(operands.at(-1), [], call, context);
  else {
    const shown = name.replaceAll("\0", "…");
    context.note("high", `${call.name} ${shown} may install, publish or change settings`, call.word);
  }
}

/** `npx x`: the project's own programs, or whatever the registry has under that name. */
function packageRunner(call: Call, context: Context): void {
  const at = call.args.findIndex(
    ({ value }) => !/^(?:--no-install|--no|--offline|--quiet|-q|--yes|-y|--)$/.test(value),
  );
  const [program, ...rest] = call.args.slice(Math.max(at, 0));
  const isOffline = call.args
    .slice(0, Math.max(at, 0))
    .some(({ value }) => /^--(?:no-install|no|offline)$/.test(value));
  if (isAsking(call.args) || !program) return;
  if (program.value.startsWith("-") || !(LOCAL.has(program.value) || isOffline)) {
    context.note("high", `runs a package that may come from the network`, program);
    return;
  }
  if (program.value === "tsc" && rest.length === 1 && /^(?:-v|--version)$/.test(rest[0]?.value ?? ""))
    context.note("medium", "runs code of the project", program);
  else projectTool({ ...call, word: program, name: program.value, args: rest }, context);
}

const bun: Handler = (call, context) => {
  const [first, ...rest] = call.args;
  if (
    !first ||
    /^(?:-e|-p|--eval|--print|-r|--preload|x|create|add|upgrade|link|publish|pm|repl)$/.test(first.value)
  )
    return context.note("high", "may run code from elsewhere", call.word);
  if (/^[\w./-]+\.[cm]?[jt]sx?$/.test(first.value)) {
    context.path(first, "run");
    return projectTool({ ...call, args: rest }, context);
  }
  const odd = call.args.find(({ value }) =>
    /^(?:-[rec]$|--(?:preload|eval|print|config|cwd|env-file|inspect|loader|define))/.test(value),
  );
  if (odd) context.note("high", "an option that may load other code", odd);
  npmLike(call, context);
};

const deno: Handler = (call, context) => {
  const { name, rest } = parts(call);
  if (!/^(?:test|lint|fmt|check|task|bench|info)$/.test(name))
    return name === "" && isAsking(call.args)
      ? undefined
      : context.note("high", `deno ${name} may run code from elsewhere`, call.word);
  projectTool({ ...call, args: rest }, context);
};

const pip: Handler = (call, context) => {
  const { name, before, rest } = parts(call);
  if (name === "" && before.every(({ value }) => /^(?:-V|--version|-h|--help)$/.test(value))) return;
  const isPlain = [...before, ...rest].every(
    ({ value }) =>
      !value.startsWith("-") ||
      /^(?:--(?:format=\w+|outdated|user|local|verbose|quiet|disable-pip-version-check|not-required)|-[qvlf])$/.test(
        value,
      ),
  );
  if (/^(?:list|show|freeze|check)$/.test(name) && isPlain) {
    if (rest.some(({ value }) => /outdated/.test(value)))
      context.note("medium", "reads from the package index", call.word);
    return;
  }
  context.note("high", "may install packages, whose code may run, or change settings", call.word);
};

export const PACKAGE_HANDLERS: readonly [string, Handler][] = [
  ["npm", npmLike],
  ["pnpm", npmLike],
  ["yarn", npmLike],
  ["bun", bun],
  ["npx", packageRunner],
  ["pnpx", packageRunner],
  ["bunx", (call, context) => context.note("high", "runs a package from the network", call.word)],
  ["deno", deno],
  ["pip", pip],
  ["pip3", pip],
  [
    "brew",
    (call, context) => {
      const { name, rest } = parts(call);
      if (
        /^(?:list|ls|--version|info|leaves|--prefix|config|deps)$/.test(name) &&
        rest.every(
          ({ value }) => !value.startsWith("-") || /^--(?:versions|formula|cask|json(?:=v\d)?)$/.test(value),
        )
      )
        context.note("medium", "looks at what is installed", call.word);
      else context.note("high", "changes what is installed", call.word);
    },
  ],
];
