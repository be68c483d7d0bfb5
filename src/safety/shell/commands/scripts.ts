import type { Call, Context, Handler } from "../context.ts";
import { argumentsOf, judgeDoubtful, judgeOptions } from "../table.ts";
import type { ShellWord } from "../word.ts";

const SED =
  "-nErsuzlE -i?^ -e= -f=r --quiet --silent --regexp-extended --expression= --file=r --in-place?^ --separate --unbuffered --null-data --line-length= --sandbox --posix --debug --follow-symlinks";

/** `sed`: its script may write files (`w`) and run commands (`e`), so only plain scripts are let through. */
const sed: Handler = (call, context) => {
  const args = argumentsOf(call, SED);
  // `-s` and `-i` read alike, and macOS takes the suffix of `-i` from the next word.
  judgeOptions(args, context);
  judgeDoubtful(args, context);
  const inPlace = args.options.some(({ name }) => /^-i$|^--in-place$/.test(name));
  const scripts = args.options
    .filter(({ name }) => /^-e$|^--expression$/.test(name))
    .flatMap(({ value }) => value ?? []);
  const fromFile = args.options.find(({ name }) => /^-f$|^--file$/.test(name));
  if (fromFile) context.note("high", "runs a script that nobody has seen", fromFile.word);
  const isGiven = scripts.length > 0 || fromFile !== undefined;
  const operands = args.operands.filter(({ value }) => value !== "");
  const [script, ...rest] = operands;
  for (const word of isGiven ? scripts : script ? [script] : []) sedScript(word, context);
  for (const file of isGiven ? operands : rest) {
    context.path(file, "read");
    if (inPlace) context.path(file, "write");
  }
};

function sedScript(word: ShellWord, context: Context): void {
  if (word.isGlob || word.isSplit || word.value.includes("\0"))
    context.note("high", "a script that is only known when it runs", word);
  else if (!isPlainSed(word.value))
    context.note("high", "a sed script that may write files or run commands", word);
}

const ADDRESS =
  /^\s*(?:(?:\d+|\$|\/(?:\\.|[^/\\\n])*\/I?|\\(.)(?:\\.|(?!\1).)*\1)(?:\s*[,~]\s*(?:[+~]?\d+|\$|\/(?:\\.|[^/\\\n])*\/I?))?\s*)?!?\s*/;
const SUBSTITUTE = /^[sy]([^\\\n\w\s])(?:\\[\s\S]|(?!\1)[^\\\n])*\1(?:\\[\s\S]|(?!\1)[^\\])*\1([gpiIM\d]*)/;
const SIMPLE = /^(?:[dDgGhHnNpPxlzF=]|[qQ]\d*|[btT]\s*\w*|:\s*\w+)/;
const TEXTS = /^[aic](?:\\\n|\\?\s*)(?:\\\n|[^\n])*/;

/** Whether every command of the script only prints, deletes or substitutes. */
export function isPlainSed(script: string): boolean {
  let rest = script;
  while (rest.trim() !== "") {
    const before = rest.length;
    rest = rest.replace(/^[\s;{}]+/, "").replace(/^#[^\n]*/, "");
    rest = rest.replace(ADDRESS, "");
    const command = SUBSTITUTE.exec(rest) ?? SIMPLE.exec(rest) ?? TEXTS.exec(rest);
    if (command) {
      rest = rest.slice(command[0].length);
      if (!/^\s*(?:[;}\n#]|$)/.test(rest)) return false;
    } else if (rest.trim() !== "" && !/^[\s;{}]/.test(rest)) return false;
    if (rest.length === before) return false;
  }
  return true;
}

const AWK =
  "-F= -v= --field-separator= --assign= -e= --source= --posix --traditional --sandbox --re-interval --version -W=^";

/** `awk` is a programming language: programs that call, pipe, redirect or read other things are not let through. */
const awk: Handler = (call, context) => {
  const args = argumentsOf(call, AWK, true);
  judgeOptions(args, context);
  judgeDoubtful(args, context);
  const sources = args.options
    .filter(({ name }) => /^-e$|^--source$/.test(name))
    .flatMap(({ value }) => value ?? []);
  const [program, ...rest] = args.operands;
  for (const word of sources.length > 0 ? sources : program ? [program] : []) awkProgram(word, context);
  for (const file of sources.length > 0 ? args.operands : rest) {
    if (file.isGlob && /^[*?[]/.test(file.value))
      context.note("medium", "a file could be named like an assignment", file);
    if (!/^[A-Za-z_]\w*=/.test(file.value)) context.path(file, "read");
  }
};

function awkProgram(word: ShellWord, context: Context): void {
  const plain = word.value.replaceAll(/"(?:\\.|[^"\\])*"/g, '""');
  // Between slashes is a pattern, unless it is division: what could be either is left in.
  const code = plain.replaceAll(/(^|[(,~!{;&|\n]\s*)\/(?:\\.|\[(?:\\.|[^\]\\])*\]|[^/\\\n])+\//g, "$1_");
  if (word.isGlob || word.isSplit || word.value.includes("\0"))
    context.note("high", "a script that is only known when it runs", word);
  else if (/\b(?:ENVIRON|PROCINFO|SYMTAB|FUNCTAB)\b/.test(code))
    context.note("high", "shows the environment", word, "reads");
  else if (/\bARG[VC]\b/.test(code))
    context.note("medium", "an awk program that says itself which files it reads", word);
  else if (
    /\b(?:system|getline|close|fflush|load)\b|@|(?<!\|)\|(?!\|)|\|&|\b(?:print|printf)\b[^;}\n]*>/.test(
      code,
    ) ||
    !isBalanced(plain)
  )
    context.note("high", "an awk program that may write files or run commands", word);
}

const isBalanced = (plain: string): boolean => !/(?:^|[^"])"(?:[^"]|$)/.test(plain.replaceAll('""', ""));

const JQ =
  "-nrsSRcCMaejr -f=r -h --arg= --argjson= --slurp --raw-output --raw-input --compact-output --null-input --exit-status --sort-keys --color-output --monochrome-output --ascii-output --join-output --tab --indent= --args --jsonargs --stream --seq --unbuffered --raw-output0";
const YQ =
  "-cCMnNPrejsy -o= -p= -I= -Y --output-format= --input-format= --prettyPrint --indent= --colors --no-colors --no-doc --null-input --exit-status --unwrapScalar? --raw-output --tojson";

/** `jq` and `yq`: filters that only compute; both can show the environment, and `yq` reads files and runs text. */
const filter =
  (options: string): Handler =>
  (call, context) => {
    const args = argumentsOf(call, options);
    judgeOptions(args, context);
    judgeDoubtful(args, context);
    const isFromFile = args.options.some(({ name }) => name === "-f");
    const isEval = /^(?:eval|eval-all|e|ea)$/.test(args.operands[0]?.value ?? "") && call.name === "yq";
    const [program, ...files] = args.operands.slice(isEval ? 1 : 0);
    if (isFromFile || !program)
      return context.note("medium", "runs a filter that nobody has seen", call.word);
    if (
      /\benv\b|\$ENV|strenv|\$__|\b(?:import|include|load\w*|eval|input_filename|system)\b/.test(
        program.value,
      )
    )
      context.note("high", "a filter that may show the environment or read other files", program);
    for (const file of files) context.path(file, "read");
  };

/** `less` and `more` without a terminal print; `+` gives them commands. */
const pager: Handler = (call, context) => {
  const args = argumentsOf(call, "-eEfFiImMnNqQrRsSwWX -#");
  judgeOptions(args, context);
  judgeDoubtful(args, context);
  for (const word of args.operands) {
    if (word.value.startsWith("+")) context.note("high", "gives commands to the pager", word);
    else context.path(word, "read");
  }
};

const SORT =
  "-bdfghiMnRrVmsuzcC -k= -t= -S= -T=w --batch-size= --check? --dictionary-order --field-separator= --general-numeric-sort --human-numeric-sort --ignore-case --ignore-leading-blanks --ignore-nonprinting --key= --merge --month-sort --numeric-sort --parallel= --random-sort --reverse --sort= --stable --unique --version-sort --zero-terminated --buffer-size= -o=w --output=w --debug";

const sort: Handler = (call, context) => {
  const args = argumentsOf(call, SORT);
  judgeOptions(args, context);
  judgeDoubtful(args, context);
  for (const operand of args.operands) context.path(operand, "read");
};

/** `uniq in out`, `xxd in out`: a second operand is written. */
const secondIsWritten =
  (options: string): Handler =>
  (call: Call, context: Context) => {
    const args = argumentsOf(call, options);
    judgeOptions(args, context);
    judgeDoubtful(args, context);
    for (const [index, word] of args.operands.entries())
      if (word.value !== "-") context.path(word, index === 0 ? "read" : "write");
  };

export const SCRIPT_HANDLERS: readonly [string, Handler][] = [
  ["sed", sed],
  ["gsed", sed],
  ["awk", awk],
  ["gawk", awk],
  ["mawk", awk],
  ["nawk", awk],
  ["jq", filter(JQ)],
  ["gojq", filter(JQ)],
  ["yq", filter(YQ)],
  ["less", pager],
  ["more", pager],
  ["sort", sort],
  ["gsort", sort],
  [
    "uniq",
    secondIsWritten(
      "-cdDiuz -f= -s= -w= --all-repeated? --count --group? --ignore-case --repeated --skip-chars= --skip-fields= --unique --check-chars= --zero-terminated",
    ),
  ],
  ["xxd", secondIsWritten("-aCbdeEhiprRu -c= -g= -l= -o= -s= -len= -ps -cols=")],
];
