import type { Call, Context, Handler } from "../context.ts";
import type { Arguments } from "../options.ts";
import { inWorkspace, isRebuilt, resolveFrom } from "../paths.ts";
import { argumentsOf, judgeDoubtful, judgeOptions } from "../table.ts";
import type { ShellWord } from "../word.ts";

const takeTargets = ({ options }: Arguments): ShellWord[] =>
  options.flatMap(({ name, value }) => (/^(?:-t|--target-directory)$/.test(name) && value ? [value] : []));

function begin(call: Call, context: Context, options: string): Arguments {
  const args = argumentsOf(call, options);
  judgeOptions(args, context);
  judgeDoubtful(args, context);
  return args;
}

/** Commands all of whose operands are changed. */
const changesAll =
  (options: string, use: "write" | "delete" = "write"): Handler =>
  (call, context) => {
    for (const operand of begin(call, context, options).operands) context.path(operand, use);
    context.note("medium", "changes files", call.word);
  };

/** The first operand is a mode or an owner. */
const changesRest =
  (options: string, isAllowed: (first: string) => boolean): Handler =>
  (call, context) => {
    const { operands, options: found } = begin(call, context, options);
    const hasReference = found.some(({ name }) => name === "--reference");
    const [first, ...rest] = operands;
    if (!hasReference && first && !isAllowed(first.value)) context.note("high", "gives away rights", first);
    for (const operand of hasReference ? operands : rest) context.path(operand, "write");
    const [recursive] = found.filter(({ name }) => /^-R$|^--recursive$/.test(name));
    if (recursive && rest.some(({ value }) => /^(?:\.?\/?|\.\.?|\*)$/.test(value)))
      context.note("high", "changes everything", recursive.word);
    context.note("medium", "changes files", call.word);
  };

const COPY =
  "-abdfHiLlnPprRsTuvxX -t=w -S= --archive --backup? --force --interactive --no-clobber --recursive --update? --verbose --target-directory=w --no-target-directory --parents --preserve? --no-preserve= --no-dereference --dereference --link --symbolic-link --reflink? --sparse= --suffix= --one-file-system --remove-destination --strip-trailing-slashes --attributes-only --exchange --debug --no-copy";

function transfer(source: "read" | "delete", options: string): Handler {
  return (call, context) => {
    const args = begin(call, context, options);
    const { operands } = args;
    const sources = takeTargets(args).length > 0 ? operands : operands.slice(0, -1);
    for (const word of sources) {
      context.path(word, "read");
      if (source === "delete") context.path(word, "delete");
    }
    const target = takeTargets(args).length > 0 ? undefined : operands.at(-1);
    if (target) context.path(target, "write");
    context.note("medium", "changes files", call.word);
    if (source === "delete" && target) leaves(sources, target, context);
  };
}

/** What is moved to a temporary folder is gone before long. */
function leaves(sources: readonly ShellWord[], target: ShellWord, context: Context): void {
  const [place] = resolveFrom(context.cwds, target.value, context.place.home) ?? [];
  const isOutside = place !== undefined && inWorkspace(place, context.place) === undefined;
  for (const word of sources) if (isOutside) context.note("high", "moves files out of the workspace", word);
}

const link: Handler = (call, context) => {
  const args = begin(
    call,
    context,
    "-bfinrsTvLPd -t=w -S= --backup? --force --interactive --no-dereference --relative --symbolic --verbose --target-directory=w --no-target-directory --suffix= --logical --physical",
  );
  const { operands } = args;
  const hasTarget = takeTargets(args).length > 0;
  const sources = hasTarget || operands.length === 1 ? operands : operands.slice(0, -1);
  // What a link leads to is written through it later on.
  for (const word of sources)
    if (isFarAway(word, context)) context.note("high", "links to a place outside the workspace", word);
  for (const word of sources) context.path(word, "read");
  const target = operands.at(-1);
  if (!hasTarget && operands.length > 1 && target) context.path(target, "write");
  context.note("medium", "makes a link", call.word);
};

const isFarAway = ({ value }: ShellWord, { place, cwds }: Context): boolean => {
  if (!/^[~/\0]|^\.\.(?:\/|$)/.test(value)) return false;
  const [path] = resolveFrom(cwds, value, place.home) ?? [];
  return path === undefined || inWorkspace(path, place) === undefined;
};

const remove: Handler = (call, context) => {
  const args = begin(
    call,
    context,
    "-dfiIrRvx --dir --force --interactive? --recursive --verbose --one-file-system --preserve-root? --no-preserve-root",
  );
  const isRecursive = args.options.some(({ name }) => /^-[rR]$|^--recursive$/.test(name));
  for (const operand of args.operands) {
    context.path(operand, "delete");
    if (isRecursive && !isRebuiltHere(operand, context))
      context.note("high", "deletes a whole folder", operand);
    if (operand.isGlob && isBulk(operand.value)) context.note("high", "deletes many files", operand);
  }
  context.note("medium", "deletes files", call.word);
};

const isBulk = (value: string): boolean =>
  /(?:^|\/)(?:\.?\*+|\*\.\*|\?+\*?)$/.test(value) && !isRebuilt(value.replace(/[^/]*$/, "x"));

function isRebuiltHere(operand: ShellWord, context: Context): boolean {
  const paths = resolveFrom(context.cwds, operand.value, context.place.home);
  return (
    paths?.every((path) => {
      const inside = inWorkspace(path, context.place);
      return inside !== undefined && isRebuilt(inside) && !/^[*?]/.test(inside);
    }) ?? false
  );
}

const split: Handler = (call, context) => {
  const { operands } = begin(
    call,
    context,
    "-dexu -a= -b= -C= -l= -n= -t= --additional-suffix= --bytes= --lines= --number= --numeric-suffixes? --suffix-length= --verbose --hex-suffixes? --line-bytes=",
  );
  const [input, prefix] = operands;
  if (input && input.value !== "-") context.path(input, "read");
  if (prefix) context.path(prefix, "write");
  context.note("medium", "writes files", call.word);
};

/** `dd` names its files by `if=` and `of=`. */
const dd: Handler = (call, context) => {
  for (const word of call.args) {
    const [, key = "", value = ""] = /^([a-z]+)=(.*)$/s.exec(word.value) ?? [];
    const path = { ...word, value: value.replace(/^~(?=\/|$)/, context.place.home) };
    if (key === "if") context.path(path, "read");
    else if (key === "of") context.path(path, "write");
    else if (!/^(?:bs|ibs|obs|count|skip|seek|conv|status|iflag|oflag|cbs)$/.test(key))
      context.note("high", "is not known to be harmless", word);
  }
  context.note("medium", "writes a file", call.word);
};

const install: Handler = (call, context) => {
  const args = begin(
    call,
    context,
    "-bcCdDpsTv -g=^ -m= -o=^ -t=w -S= --directory --mode= --target-directory=w --verbose --compare --preserve-timestamps --strip --backup?",
  );
  const target = args.operands.at(-1);
  const isFolders = args.options.some(({ name }) => /^-d$|^--directory$/.test(name));
  for (const word of isFolders ? args.operands : args.operands.slice(0, -1))
    context.path(word, isFolders ? "write" : "read");
  if (target) context.path(target, "write");
  context.note("medium", "writes files", call.word);
};

const patch: Handler = (call, context) => {
  const args = begin(
    call,
    context,
    "-bEfFlnNRstuvZ -# -p= -i=r -d=w -o=w -r=w -F= --strip= --input=r --directory=w --output=w --dry-run --reverse --forward --force --batch --quiet --silent --verbose --unified --backup --fuzz=",
  );
  for (const word of args.operands) context.path(word, "write");
  context.note("medium", "changes the files a patch names", call.word);
};

const harmlessMode = (mode: string): boolean =>
  /^0?[0-7]{3}$/.test(mode)
    ? !/^0?[0-7]{2}[2367]$/.test(mode)
    : /^(?:[ugoa]*[-+=][rwxX]*,?)+$/.test(mode) && !/(?:o|a)[ug]*[+=][rx]*w/.test(mode);

export const WRITE_HANDLERS: readonly [string, Handler][] = [
  ["mkdir", changesAll("-pv -m= --parents --mode= --verbose")],
  ["rmdir", changesAll("-pv --ignore-fail-on-non-empty --parents --verbose", "delete")],
  ["touch", changesAll("-acfhm -d= -r=r -t= --date= --reference=r --time= --no-create --no-dereference")],
  ["truncate", changesAll("-cor -s= --size= --no-create --io-blocks")],
  ["tee", changesAll("-aip --append --ignore-interrupts --output-error?")],
  ["unlink", changesAll("", "delete")],
  [
    "chmod",
    changesRest(
      "-cfvR --changes --quiet --silent --verbose --recursive --reference=r --preserve-root",
      harmlessMode,
    ),
  ],
  [
    "chown",
    changesRest(
      "-cfhvR --changes --quiet --silent --verbose --recursive --reference=r --preserve-root",
      () => true,
    ),
  ],
  [
    "chgrp",
    changesRest(
      "-cfhvR --changes --quiet --silent --verbose --recursive --reference=r --preserve-root",
      () => true,
    ),
  ],
  ["cp", transfer("read", COPY)],
  ["mv", transfer("delete", COPY)],
  ["ln", link],
  ["rm", remove],
  ["split", split],
  ["csplit", split],
  ["dd", dd],
  ["install", install],
  ["patch", patch],
  [
    "mktemp",
    (call, context) => {
      const args = begin(call, context, "-dqtu -p=w --directory --dry-run --quiet --suffix= --tmpdir?");
      for (const word of args.operands) if (/\//.test(word.value)) context.path(word, "write");
      context.note("medium", "makes a temporary file", call.word);
    },
  ],
];
