import type { Call, Context, Handler } from "../context.ts";
import type { ShellWord } from "../word.ts";
import { checkWord, projectTool } from "./project.ts";

/** Options of interpreters that change nothing about which code runs. */
interface Interpreter {
  readonly plain: RegExp;
  readonly withValue?: RegExp;
  /** Shows a fact about itself and ends. */
  readonly facts: RegExp;
  readonly module?: (module: ShellWord, rest: readonly ShellWord[], call: Call, context: Context) => void;
}

/** Where the options end; undefined when one of them runs or loads something, which is then noted. */
function afterOptions({ plain, withValue }: Interpreter, call: Call, context: Context): number | undefined {
  let at = 0;
  for (let word = call.args[at]; word?.value.startsWith("-"); word = call.args[at]) {
    if (word.value === "-m") return at;
    if (withValue?.test(word.value)) at += 1;
    else if (!plain.test(word.value)) {
      context.note("high", "runs text or loads other code", word);
      return undefined;
    }
    at += 1;
  }
  return at;
}

/** A file of the workspace is project code; everything else an interpreter may be given is code nobody has seen. */
const interpreter =
  (kind: Interpreter): Handler =>
  (call, context) => {
    const [first] = call.args;
    if (call.args.length === 1 && first && kind.facts.test(first.value)) return;
    const at = afterOptions(kind, call, context);
    if (at === undefined) return;
    const [script, ...rest] = call.args.slice(at);
    if (!script) context.note("high", "runs what is fed to it", call.word);
    else if (script.value === "-m") runModule(kind, rest, call, context);
    else runScript(script, rest, call, context);
  };

function runModule({ module }: Interpreter, words: readonly ShellWord[], call: Call, context: Context): void {
  const [name, ...rest] = words;
  if (module && name) module(name, rest, call, context);
  else context.note("high", "loads other code", call.word);
}

function runScript(script: ShellWord, rest: readonly ShellWord[], call: Call, context: Context): void {
  if (/^\0|^https?:|^-/.test(script.value))
    context.note("high", "runs code that is only known when it runs", script);
  else context.path(script, "run");
  for (const word of rest) checkWord(word, context);
  context.note("medium", "runs code of the project", call.word);
}

const MODULES =
  /^(?:pytest|unittest|mypy|black|ruff|flake8|isort|pylint|build|compileall|py_compile|doctest|coverage|tox|nox|pyright|bandit|tokenize|tabnanny)$/;

function pythonModule(module: ShellWord, rest: readonly ShellWord[], call: Call, context: Context): void {
  if (module.value === "json.tool") {
    const files = rest.filter(({ value }) => !value.startsWith("-"));
    if (files[0]) context.path(files[0], "read");
    if (files[1]) context.path(files[1], "write");
    return context.note("medium", "runs a module of Python", call.word);
  }
  if (module.value === "pip") return context.run([{ ...module, value: "pip" }, ...rest]);
  if (module.value === "venv") {
    for (const word of rest) if (!word.value.startsWith("-")) context.path(word, "write");
    return context.note("medium", "makes a virtual environment", call.word);
  }
  if (!MODULES.test(module.value)) return context.note("high", "runs a module that may do anything", module);
  projectTool({ ...call, args: rest.filter(({ value }) => !/^-[ex]$/.test(value)) }, context);
}

/** Shells: their text is judged like the text it stands in; a script of the workspace is project code. */
const shell: Handler = (call, context) => {
  const { args } = call;
  const [first, second] = args;
  if (first && second && args.length === 2 && /^-n$/.test(first.value)) return context.path(second, "read");
  let at = 0;
  for (let word = args[at]; word && /^[-+]/.test(word.value); word = args[at]) {
    at += 1;
    if (/^-[euxlfv]*c$/.test(word.value) && !word.value.includes("i"))
      return inline(args.slice(at), word, context);
    if (/^-o$/.test(word.value) && /^(?:pipefail|errexit|nounset|xtrace|posix)$/.test(args[at]?.value ?? ""))
      at += 1;
    else if (!/^-[euxv]+$|^--(?:noprofile|norc|posix)$/.test(word.value))
      return context.note("high", "runs what is fed to it, or start files", word);
  }
  const [script, ...rest] = args.slice(at);
  if (!script) return context.note("high", "runs what is fed to it", call.word);
  context.path(script, "run");
  for (const word of rest) checkWord(word, context);
  context.note("medium", "runs code of the project", call.word);
};

function inline([text, ...rest]: readonly ShellWord[], option: ShellWord, context: Context): void {
  // A login shell runs the start files of the user first, and words after the text become its variables.
  if (/l/.test(option.value)) context.note("high", "runs the start files of the shell", option);
  if (!text) context.note("high", "the text to run is missing", option);
  else context.script(text);
  for (const word of rest)
    if (text && /\$/.test(text.value)) context.note("medium", "fills a variable of the text", word, "reads");
}

const node = interpreter({
  plain:
    /^(?:--test|--test-(?:reporter|name-pattern|concurrency|timeout|only|coverage)(?:=[\w./-]+)?|--experimental-[\w-]+|--no-warnings|--enable-source-maps|--max-old-space-size=\d+|--trace-[\w-]+|--watch|--check|-c|--strip-types|--conditions=\w+|--throw-deprecation|--stack-trace-limit=\d+)$/,
  facts: /^(?:-v|--version|-h|--help)$/,
});

const nodeTests: Handler = (call, context) => {
  // `node --test` without files runs the tests it finds.
  const isTest =
    call.args.length > 0 &&
    call.args.every(({ value }) =>
      /^--(?:test|test-[\w-]+(?:=[\w./-]+)?|experimental-[\w-]+|watch|no-warnings)$/.test(value),
    ) &&
    call.args.some(({ value }) => value === "--test");
  if (isTest) context.note("medium", "runs code of the project", call.word);
  else node(call, context);
};

const python = interpreter({
  plain: /^-(?:[uBOqsSEIbv]+|OO)$/,
  withValue: /^-[WX]$/,
  facts: /^(?:-V|-VV|--version|-h|--help)$/,
  module: pythonModule,
});
const ruby = interpreter({
  plain: /^-(?:w|W\d?)$|^--(?:yjit|enable=\w+|disable=\w+)$/,
  facts: /^(?:-v|--version|-h|--help)$/,
});
const perl = interpreter({ plain: /^-(?:w|T|W)$/, facts: /^(?:-v|--version)$/ });
const php: Handler = (call, context) => {
  const [first, second] = call.args;
  if (first?.value === "-l" && second && call.args.length === 2) context.path(second, "read");
  else interpreter({ plain: /^-(?:q|n)$/, facts: /^(?:-v|--version|-m)$/ })(call, context);
};
const other = interpreter({ plain: /^$/, facts: /^(?:-v|--version)$/ });

/** Compilers write what they are told to; options that load plugins or choose other programs are not known here. */
const compiler: Handler = (call, context) => {
  if (call.args.length === 1 && /^(?:-v|-V|-version|--version)$/.test(call.args[0]?.value ?? "")) return;
  for (const [index, word] of call.args.entries()) {
    const { value } = word;
    const previous = call.args[index - 1]?.value ?? "";
    if (previous === "-o" || previous === "-d") context.path(word, "write");
    else if (/^-o./.test(value)) context.path({ ...word, value: value.slice(2) }, "write");
    else if (
      /^@|^-(?:fplugin|specs|B|wrapper|C|Z|J|X|processor|load|iplugindir|fdump|dumpdir|save-temps|run)|^--(?:config|sysroot|processor|extern|codegen|out-dir)/.test(
        value,
      )
    )
      context.note("high", "an option that may load other code", word);
    else checkWord(word, context);
  }
  context.note("medium", "compiles code of the project", call.word);
};

/** Java and others that can tell their version; what else they do is not known. */
const tellsVersion: Handler = (call, context) => {
  const [first] = call.args;
  if (call.args.length === 1 && first && /^(?:-v|-V|-version|--version|version)$/.test(first.value)) return;
  context.note("high", "may run any code", call.word);
};

export const INTERPRETER_HANDLERS: readonly [string, Handler][] = [
  ...["sh", "bash", "dash"].map((name): [string, Handler] => [name, shell]),
  ...["javac", "rustc", "gcc", "g++", "cc", "clang", "clang++"].map((name): [string, Handler] => [
    name,
    compiler,
  ]),
  ["node", nodeTests],
  ["nodejs", nodeTests],
  ["tsx", interpreter({ plain: /^--(?:test|watch|no-cache)$/, facts: /^(?:-v|--version)$/ })],
  ["ts-node", interpreter({ plain: /^(?:-T|--transpile-only|--esm|--files)$/, facts: /^(?:-v|--version)$/ })],
  ["python", python],
  ["python3", python],
  ["ruby", ruby],
  ["perl", perl],
  ["php", php],
  ["lua", other],
  ...(
    "java rustup swiftc ghc scala kotlin kotlinc elixir erl julia R Rscript docker-compose podman " +
    "aws gcloud az ansible vagrant packer code nvm fnm volta asdf mise pyenv rbenv sdk ssh openssl ffprobe"
  )
    .split(" ")
    .map((name): [string, Handler] => [name, tellsVersion]),
];
