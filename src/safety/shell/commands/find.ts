import type { Call, Context, Handler } from "../context.ts";
import { isSecretPath } from "../paths.ts";
import { argumentsOf, judgeDoubtful, judgeOptions } from "../table.ts";
import type { ShellWord } from "../word.ts";

const words = (text: string): ReadonlySet<string> => new Set(text.trim().split(/\s+/));

const FLAGS = words(`
  -a -and -o -or -not ! ( ) , -depth -d -daystart -follow -mount -xdev -noleaf -ignore_readdir_race -noignore_readdir_race
  -empty -executable -readable -writable -false -true -nouser -nogroup -ls -print -print0 -prune -quit -H -L -P -E -X -s -nowarn
  -warn
`);
const WITH_TEXT = words(`
  -amin -atime -cmin -ctime -mmin -mtime -fstype -gid -group -ilname -iname -inum -ipath -iregex -iwholename -links -lname
  -maxdepth -mindepth -name -path -perm -printf -regex -regextype -size -type -uid -used -user -wholename -xtype -O -context
`);
const WITH_FILE = words("-newer -anewer -cnewer -samefile -newermt -newerXY -neweraa -newermm");
const NAMES = /^-i?(?:name|path|regex|wholename)$/;

/** `find`: places first, then an expression of tests and actions. What is not a known test could be an action. */
const find: Handler = (call, context) => {
  const { args } = call;
  let at = 0;
  for (; at < args.length; at += 1) {
    const word = args[at];
    if (!word || /^[-(!,]/.test(word.value)) {
      if (!/^-[HLPEXds]$/.test(word?.value ?? "")) break;
      continue;
    }
    context.path(word, "list");
    if (/^[\0*?[]/.test(word.value)) context.note("medium", "may become an action when it runs", word);
  }
  while (at < args.length) at = expression(args, at, call, context);
};

function expression(args: readonly ShellWord[], at: number, call: Call, context: Context): number {
  const word = args[at];
  if (!word) return at + 1;
  const { value } = word;
  if (FLAGS.has(value)) return at + 1;
  const operand = args[at + 1];
  if (WITH_TEXT.has(value) || WITH_FILE.has(value)) {
    if (operand) testOperand(value, operand, context);
    return at + 2;
  }
  if (/^-(?:exec|execdir|ok|okdir)$/.test(value)) return execute(args, at, call, context);
  if (/^-fprint0?$|^-fls$|^-fprintf$/.test(value)) {
    if (operand) context.path(operand, "write");
    context.note("medium", "writes a file", word);
    return at + (value === "-fprintf" ? 3 : 2);
  }
  context.note(
    "high",
    value === "-delete" ? "deletes what it finds" : "is not a test that is known to be harmless",
    word,
  );
  return at + 1;
}

function testOperand(test: string, operand: ShellWord, context: Context): void {
  if (WITH_FILE.has(test) && test !== "-newermt") context.path(operand, "list");
  if (NAMES.test(test) && isSecretPath(operand.value.replace(/^.*\//, "")))
    context.note("high", "looks for files that may hold secrets", operand, "reads");
}

/** The found names come in place of `{}`: they are in the place searched, and may be anything there. */
function execute(args: readonly ShellWord[], at: number, call: Call, context: Context): number {
  const end = args.findIndex((word, index) => index > at && /^[;+]$/.test(word.value));
  const command = args.slice(at + 1, end < 0 ? undefined : end);
  runOnFound(
    command.filter(({ value }) => value !== "{}"),
    call,
    context,
  );
  return end < 0 ? args.length : end + 1;
}

/** A command that gets names from elsewhere: harmless only when it is harmless whatever the names are. */
export function runOnFound(command: readonly ShellWord[], call: Call, context: Context): void {
  const [name] = command;
  if (!name) return;
  context.run([...command], true);
  const program = name.value.replace(/^.*\//, "");
  if (NAME_SAFE.has(program)) return;
  context.note("high", `runs ${program} on whatever it finds`, call.word);
}

/** Programs none of whose options or operands changes anything, whatever they are. */
export const NAME_SAFE = words(
  "cat head tail wc nl rev tac cut paste grep egrep fgrep ls stat echo printf basename dirname realpath readlink md5sum sha1sum sha256sum sha512sum cksum du fold strings od cmp true false test",
);

const FD =
  "-1aAcdefgHhiIlLpqRstuv0 -c= -d= -e= -E= -g -j= -S= -t= --absolute-path --base-directory=r --case-sensitive --color= --exact-depth= --exclude= --extension= --fixed-strings --follow --full-path --glob --hidden --ignore-case --list-details --max-depth= --max-results= --min-depth= --no-ignore --no-ignore-vcs --print0 --relative-path --size= --type= --changed-within= --changed-before= --owner= --absolute-path --unrestricted --prune --threads=";

const fd: Handler = (call, context) => {
  const args = argumentsOf(call, FD);
  judgeOptions(args, context);
  judgeDoubtful(args, context);
  const [pattern, ...places] = args.operands;
  if (pattern && isSecretPath(pattern.value))
    context.note("high", "looks for files that may hold secrets", pattern, "reads");
  for (const place of places) context.path(place, "list");
};

export const FIND_HANDLERS: readonly [string, Handler][] = [
  ["find", find],
  ["gfind", find],
  ["fd", fd],
  ["fdfind", fd],
];
