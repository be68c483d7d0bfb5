import type { Call, Context, Handler } from "../context.ts";
import { argumentsOf, judgeDoubtful, judgeOptions } from "../table.ts";
import type { ShellWord } from "../word.ts";

const TAR =
  "-tcxruzjJvpkmhPSO -f= -C= -T=r -X=r -b= --list --create --extract --get --append --update --gzip --bzip2 --xz --zstd --verbose --file= --directory= --exclude= --exclude-from=r --exclude-vcs --files-from=r --strip-components= --keep-old-files --no-same-owner --no-same-permissions --preserve-permissions --numeric-owner --owner= --group= --mtime= --sort= --transform=^ --wildcards --no-wildcards --totals --auto-compress -a --to-stdout --full-time --show-transformed-names --utc --quoting-style= --one-top-level?";

interface TarUse {
  readonly isList: boolean;
  readonly isCreate: boolean;
  readonly isExtract: boolean;
}

function tarUse(names: ReadonlySet<string>): TarUse {
  const has = (...wanted: string[]): boolean => wanted.some((name) => names.has(name));
  return {
    isList: has("-t", "--list"),
    isCreate: has("-c", "-r", "-u", "--create", "--append", "--update"),
    isExtract: has("-x", "--extract", "--get"),
  };
}

/** `tar`: the first word may be options without a dash. Listing reads, everything else writes. */
const tar: Handler = (call, context) => {
  const args = argumentsOf({ ...call, args: withDash(call.args) }, TAR);
  judgeOptions(args, context);
  judgeDoubtful(args, context);
  const names = new Set(args.options.map(({ name }) => name));
  const use = tarUse(names);
  const file = args.options.find(({ name }) => /^-f$|^--file$/.test(name))?.value;
  if (file && file.value !== "-") archiveFile(file, use, context);
  if (names.has("-P")) context.note("high", "writes where the archive says", call.word);
  const folder = args.options.find(({ name }) => /^-C$|^--directory$/.test(name))?.value;
  const judge = (): void => {
    if (use.isCreate) for (const word of args.operands) context.path(word, "read");
  };
  if (folder) {
    context.path(folder, use.isCreate || use.isList ? "list" : "write");
    context.inside(folder, judge);
  } else judge();
  if (use.isCreate) context.note("medium", "writes an archive", call.word);
  else if (!use.isList)
    context.note(use.isExtract ? "medium" : "high", "writes the files of an archive", call.word);
};

function archiveFile(file: ShellWord, { isCreate }: TarUse, context: Context): void {
  if (/^[^/]*:/.test(file.value)) context.note("high", "reaches another machine", file);
  context.path(file, isCreate ? "write" : "read");
}

function withDash(args: readonly ShellWord[]): readonly ShellWord[] {
  const [first, ...rest] = args;
  if (!first || first.value.startsWith("-") || !/^[a-zA-Z]+$/.test(first.value)) return args;
  // Old style: all values follow in the order of their letters, which only `f` and `C` at the end keep apart.
  return [{ ...first, value: `-${first.value}` }, ...rest];
}

/** Packs a file in place of itself: the name changes, so both ends are in one folder. */
const packer: Handler = (call, context) => {
  const args = argumentsOf(
    call,
    "-#cdfklnNqrtvT0 -b= -S= -T= --best --decompress --fast --force --keep --list --quiet --recursive --stdout --test --to-stdout --uncompress --verbose --name --no-name --rm -o=w -z",
  );
  judgeOptions(args, context);
  judgeDoubtful(args, context);
  const isRead = args.options.some(({ name }) => /^-[clt]$|^--(?:list|stdout|test|to-stdout)$/.test(name));
  for (const word of args.operands) context.path(word, isRead ? "read" : "write");
  if (!isRead && args.operands.length > 0) context.note("medium", "packs or unpacks files", call.word);
};

const unzip: Handler = (call, context) => {
  const args = argumentsOf(call, "-aCfjlLnopqtuvzZ12ThM -d=w -x= -P=^");
  judgeOptions(args, context);
  judgeDoubtful(args, context);
  const [file] = args.operands;
  if (file) context.path(file, "read");
  const isRead = args.options.some(({ name }) => /^-[lptvzZ]$/.test(name));
  if (!isRead) context.note("medium", "writes the files of an archive", call.word);
};

const zip: Handler = (call, context) => {
  const args = argumentsOf(
    call,
    "-#0DFXdfgjlmnqruvy9 -i= -x= --exclude= --include= --recurse-paths --quiet --junk-paths",
  );
  judgeOptions(args, context);
  judgeDoubtful(args, context);
  const [target, ...files] = args.operands;
  if (target) context.path(target, "write");
  for (const word of files) context.path(word, "read");
  if (args.options.some(({ name }) => /^-[md]$/.test(name)))
    context.note("high", "deletes what it packs", call.word);
  context.note("medium", "writes an archive", call.word);
};

/** `rsync` within the workspace; a colon means another machine. */
const rsync: Handler = (call, context) => {
  const args = argumentsOf(
    call,
    "-aAchHiklLnOpPqrRStuvWxXz --archive --checksum --compress --copy-links --dry-run --exclude= --exclude-from=r --human-readable --include= --itemize-changes --links --partial --perms --progress --quiet --recursive --stats --times --update --verbose --existing --ignore-existing --size-only --info= --no-perms --no-owner --no-group",
  );
  judgeOptions(args, context);
  judgeDoubtful(args, context);
  for (const word of args.operands)
    if (/^[^/]*:|^rsync:/.test(word.value)) context.note("high", "reaches another machine", word);
  for (const word of args.operands.slice(0, -1)) context.path(word, "read");
  const target = args.operands.at(-1);
  if (target) context.path(target, "write");
  context.note("medium", "copies files", call.word);
};

/** Converters: every file they name stays in the workspace, and no option runs or fetches anything. */
const convert: Handler = (call: Call, context: Context) => {
  for (const [index, word] of call.args.entries()) {
    const previous = call.args[index - 1]?.value ?? "";
    if (
      /^[@|]|^-(?:filter_script|f$)|\b(?:ephemeral|msl|mvg|url|https?|ftp|text|label|caption):|^concat:|^pipe:/.test(
        word.value,
      ) &&
      word.value !== "-f"
    )
      context.note("high", "may read other files or the network", word);
    else if (/^-(?:i|write)$/.test(previous)) context.path(word, "read");
    else if (!word.value.startsWith("-") && /[./~]/.test(word.value)) context.path(word, "write");
  }
  context.note("medium", "writes files", call.word);
};

export const ARCHIVE_HANDLERS: readonly [string, Handler][] = [
  ["tar", tar],
  ["gtar", tar],
  ...["gzip", "gunzip", "bzip2", "bunzip2", "xz", "unxz", "zstd", "unzstd", "lz4"].map(
    (name): [string, Handler] => [name, packer],
  ),
  ["unzip", unzip],
  ["zip", zip],
  ["rsync", rsync],
  ...["ffmpeg", "convert", "cwebp", "optipng", "pngquant", "svgo"].map((name): [string, Handler] => [
    name,
    convert,
  ]),
];
