import type { Call, Context, Handler } from "../context.ts";
import { argumentsOf, judgeOptions } from "../table.ts";
import { isHarmlessAssignment, isSteering, isTuning } from "../variables.ts";
import type { ShellWord } from "../word.ts";
import { NAME_SAFE, runOnFound } from "./find.ts";

/** Runs what follows its options, after `skip` operands of its own. */
const wrapper =
  (options: string, skip = 0): Handler =>
  (call, context) => {
    const args = argumentsOf(call, options, true);
    judgeOptions(args, context);
    const inner = args.operands.slice(skip);
    if (inner.length > 0) context.run(inner, call.hasInput);
    else if (skip > 0) context.note("high", "what it runs is not there", call.word);
  };

const env: Handler = (call, context) => {
  const args = argumentsOf(call, "-0 -u= --null --unset= --chdir=r -C=r", true);
  judgeOptions(args, context);
  let rest = args.operands;
  for (; rest[0] && /^[A-Za-z_]\w*=/.test(rest[0].value); rest = rest.slice(1)) assignment(rest[0], context);
  for (const { name, value, word } of args.options) {
    if (/^-C$|^--chdir$/.test(name) && value) {
      context.inside(value, () => context.run(rest, call.hasInput));
      return;
    }
    if (/^-u$|^--unset$/.test(name)) context.note("medium", "takes a variable away", word);
  }
  if (rest.length === 0) context.note("high", "prints the whole environment", call.word, "reads");
  else context.run(rest, call.hasInput);
};

function assignment(word: ShellWord, context: Context): void {
  const name = word.value.slice(0, word.value.indexOf("="));
  if (isHarmlessAssignment(name)) return;
  context.note(isTuning(name) ? "medium" : "high", "sets a variable that may decide what runs", word);
}

/** Without a command `xargs` is `echo`. The arguments come from elsewhere. */
const xargs: Handler = (call, context) => {
  const args = argumentsOf(
    call,
    "-0oprtx -a=r -d= -E= -e? -I= -i? -L= -l? -n= -P= -s= -J= -R= --null --arg-file=r --delimiter= --max-args= --max-procs= --max-lines? --no-run-if-empty --verbose --replace? --exit --max-chars= --eof?",
    true,
  );
  judgeOptions(args, context);
  const placeholder =
    args.options.find(({ name }) => /^-[IiJ]$|^--replace$/.test(name))?.value?.value ?? "{}";
  const command = args.operands.filter(({ value }) => value !== placeholder);
  if (args.operands.length === 0) return;
  if (command.some(({ value }) => value.includes(placeholder)) && !NAME_SAFE.has(command[0]?.value ?? ""))
    context.note("high", "puts what it reads into a command", call.word);
  runOnFound(command, call, context);
  if (/^(?:cat|head|tail|grep|egrep|fgrep|wc|nl)$/.test(command[0]?.value ?? "") && !call.hasInput)
    context.note("medium", "which files it reads is only known when it runs", call.word, "reads");
};

/** `command -v x` looks; `command x` runs x. */
const command: Handler = (call, context) => {
  const [first, ...rest] = call.args;
  if (first && /^-[vV]+$/.test(first.value)) return;
  if (first?.value === "-p") context.run(rest, call.hasInput);
  else if (first?.value === "--") context.run(rest, call.hasInput);
  else context.run(call.args, call.hasInput);
};

const cd: Handler = (call, context) => {
  const operands = call.args.filter(({ value }) => !/^-[LPe]+$|^--$/.test(value));
  const [target] = operands;
  if (operands.length > 1) context.note("high", "goes to a folder that cannot be told", call.word);
  if (target?.value === "-") context.enter(undefined);
  else changeTo(target ?? { ...call.word, value: context.place.home }, context);
};

function changeTo(target: ShellWord, context: Context): void {
  context.path(target, "list");
  let after: readonly string[] | undefined;
  context.inside(target, () => {
    after = context.cwds;
  });
  context.enter(target.isGlob || target.isSplit ? undefined : after);
}

const TEST_PATHS = /^-[a-hkprsuwxLNOGS]$/;

/** `[` and `test`: the operands of file tests are places, everything else is text. */
const test: Handler = (call, context) => {
  for (const [index, word] of call.args.entries()) {
    const operand = call.args[index + 1];
    if (/^-[vR]$/.test(word.value)) {
      if (operand && !/^\w+$/.test(operand.value))
        context.note("high", "a variable's name is evaluated as code", operand);
    } else if (TEST_PATHS.test(word.value) && operand && operand.value !== "]") context.path(operand, "list");
  }
};

/** `printf` writes only to variables, and only with `-v`. */
const printf: Handler = (call, context) => {
  const [first] = call.args;
  if (first && /^-(?!-$)|^\0/.test(first.value) && first.value !== "-")
    context.note("high", "sets a variable, whose name may be evaluated as code", first);
};

const never =
  (text: string): Handler =>
  (call, context) =>
    context.note("high", text, call.word);

const medium =
  (text: string): Handler =>
  (call, context) =>
    context.note("medium", text, call.word);

const date: Handler = (call, context) => {
  const args = argumentsOf(
    call,
    "-uRjn -d= -r= -I? --date= --utc --universal --iso-8601? --rfc-3339= --rfc-email --reference=r -v= -f=r --file=r",
  );
  judgeOptions(args, context);
  for (const operand of args.operands)
    if (!operand.value.startsWith("+")) context.note("high", "sets the clock", operand);
};

const kill: Handler = (call, context) => {
  const [first, ...rest] = call.args;
  if (first?.value === "-l") return;
  const isOwn =
    call.args.length > 0 &&
    (/^-/.test(first?.value ?? "") ? rest : call.args).every(({ value }) => /^%\w+$/.test(value));
  if (isOwn) context.note("medium", "ends a job of this shell", call.word);
  else if (first?.value === "-0") context.note("medium", "looks for a process", call.word);
  else context.note("high", "ends processes", call.word);
};

const hostname: Handler = (call, context) => {
  for (const word of call.args)
    if (!/^-[sfdiIA]$|^--(?:short|fqdn|domain|all-ip-addresses|ip-address)$/.test(word.value))
      context.note("high", "sets the name of the machine", word);
};

const printenv: Handler = (call, context) => {
  if (call.args.length === 0) context.note("high", "prints the whole environment", call.word, "reads");
  for (const word of call.args) printsVariable(word, context);
};

function printsVariable(word: ShellWord, context: Context): void {
  if (/^(?:HOME|PATH|PWD|USER|SHELL|LANG|TERM|NODE_ENV|CI)$/.test(word.value)) return;
  context.note("high", "prints what may be a credential", word, "reads");
}

/** What is read is only known when it runs; into which variable decides what that can do. */
const readLine: Handler = (call, context) => {
  const args = argumentsOf(call, "-rs -d= -n= -N= -t= -u= -p=");
  judgeOptions(args, context);
  for (const word of args.operands) {
    if (!/^[a-z_]\w*$/.test(word.value) || isSteering(word.value))
      context.note("high", "sets a variable that may decide what runs", word);
    else context.forget(word.value);
  }
  context.note("medium", "sets a variable", call.word, "reads");
};

/** Without options `man` prints a page. */
const man: Handler = (call, context) => {
  for (const word of call.args)
    if (!/^\w[\w.+-]*$/.test(word.value)) context.note("high", "an option that may run something", word);
};

const onlyOptions = (call: Call): boolean => call.args.every(({ value }) => value.startsWith("-"));

export const SHELL_HANDLERS: readonly [string, Handler][] = [
  ["timeout", wrapper("-fpv -k= -s= --foreground --kill-after= --preserve-status --signal= --verbose", 1)],
  ["gtimeout", wrapper("-fpv -k= -s= --foreground --kill-after= --preserve-status --signal= --verbose", 1)],
  ["time", wrapper("-plv -f= --portability --verbose --format=")],
  ["nice", wrapper("-# -n= --adjustment=")],
  ["ionice", wrapper("-t -c= -n= --class= --classdata= --ignore")],
  ["stdbuf", wrapper("-i= -o= -e= --input= --output= --error=")],
  [
    "nohup",
    (call, context) => {
      context.note("medium", "goes on after the shell has ended", call.word);
      wrapper("")(call, context);
    },
  ],
  ["unbuffer", wrapper("-p")],
  ["chronic", wrapper("-ev")],
  ["caffeinate", wrapper("-disu -t=")],
  ["env", env],
  ["xargs", xargs],
  ["command", command],
  ["builtin", (call, context) => context.run(call.args, call.hasInput)],
  ["cd", cd],
  ["pushd", cd],
  [
    "popd",
    (call, context) => {
      context.enter(undefined);
      if (!onlyOptions(call)) context.note("high", "goes to a folder that cannot be told", call.word);
    },
  ],
  ["dirs", (_call, _context) => undefined],
  ["test", test],
  ["[", test],
  ["printf", printf],
  ["read", readLine],
  ["man", man],
  ["date", date],
  ["kill", kill],
  ["hostname", hostname],
  ["printenv", printenv],
  ["wait", medium("waits for what runs in the background")],
  ["jobs", medium("looks at what runs in the background")],
  ["break", (_call, _context) => undefined],
  ["continue", (_call, _context) => undefined],
  ["exit", (_call, _context) => undefined],
  ["return", (_call, _context) => undefined],
  ["shift", medium("changes the arguments")],
  [
    "set",
    (call, context) => {
      const isStrict =
        call.args.length > 0 &&
        call.args.every(({ value }) => /^[-+][euxo]+$|^pipefail$|^errexit$|^nounset$|^xtrace$/.test(value));
      if (isStrict) context.note("medium", "changes how the shell runs", call.word);
      else
        context.note(
          "high",
          "prints or changes all variables",
          call.word,
          call.args.length === 0 ? "reads" : "changes",
        );
    },
  ],
  ["export", never("sets a variable for all that runs later")],
  ["eval", never("runs text as a command")],
];
