import type { Call, Context, Handler } from "../context.ts";
import type { Arguments } from "../options.ts";
import { isSecretPath } from "../paths.ts";
import { argumentsOf, judgeOptions } from "../table.ts";
import type { ShellWord } from "../word.ts";

const CHANGES = "changes the repository";
const LOSES = "may throw away work that is not saved anywhere";

function read(call: Call, context: Context, options: string, isOrdered = false): Arguments {
  const args = argumentsOf(call, options, isOrdered);
  judgeOptions(args, context);
  return args;
}

const has = ({ options }: Arguments, pattern: RegExp): boolean =>
  options.some(({ name }) => pattern.test(name));

const branch: Handler = (call, context) => {
  const args = read(
    call,
    context,
    "-ailqrv -c -C -d -m -u=^ --abbrev= --all --color? --no-color --column? --no-column --contains? --copy --create-reflog --delete --format= --ignore-case --list --merged? --move --no-abbrev --no-contains? --no-merged? --no-track --omit-empty --points-at= --quiet --remotes --show-current --sort= --track? --unset-upstream^ --verbose -t -f^",
  );
  const isChange = has(args, /^(?:-[cCdmut]|--(?:copy|create-reflog|delete|move|track|no-track))$/);
  const isList = has(
    args,
    /^(?:-[alr]|--(?:all|list|remotes|contains|no-contains|merged|no-merged|points-at|show-current|sort|format))$/,
  );
  if (isChange || (args.operands.length > 0 && !isList)) context.note("medium", CHANGES, call.word);
};

const tag: Handler = (call, context) => {
  const args = read(
    call,
    context,
    "-al -n? -m= -F=r --annotate --color? --column? --no-column --contains? --create-reflog --file=r --format= --ignore-case --list --merged? --message= --no-contains? --no-merged? --points-at= --sort=",
  );
  const isList = has(
    args,
    /^(?:-[ln]|--(?:list|contains|no-contains|merged|no-merged|points-at|sort|format|column))$/,
  );
  if (args.operands.length > 0 && !isList) context.note("medium", CHANGES, call.word);
};

const NAMES =
  /^(?:main|master|trunk|develop|dev|staging|next|-|HEAD(?:[~^]\d*)*|@\{-\d+\})$|^(?:feature|feat|fix|bugfix|hotfix|release|chore|docs|test|refactor|origin|topic|user|dependabot|renovate)\/[\w/-]+$/;

/** `git checkout x` throws changes away when x is a path, and a branch may be called like one. */
const checkout: Handler = (call, context) => {
  const args = read(
    call,
    context,
    "-bdqt --detach --guess --no-guess --no-track --orphan --progress --no-progress --quiet --track? --recurse-submodules -l --no-overlay",
  );
  const hasPaths = call.args.some(({ value }) => value === "--");
  const creates = has(args, /^(?:-b|--orphan)$/);
  const [first, second, ...more] = args.operands;
  const isBranch = first !== undefined && NAMES.test(first.value) && second === undefined;
  if (hasPaths || more.length > 0 || !(creates || isBranch)) context.note("high", LOSES, call.word);
  else context.note("medium", CHANGES, call.word);
};

const switchTo: Handler = (call, context) => {
  read(
    call,
    context,
    "-cdqt --create= --detach --guess --no-guess --no-track --orphan= --progress --no-progress --quiet --track? --recurse-submodules",
  );
  context.note("medium", CHANGES, call.word);
};

const restore: Handler = (call, context) => {
  const args = read(call, context, "-Sq -s= --staged --source= --quiet --progress --no-progress");
  if (has(args, /^(?:-S|--staged)$/)) context.note("medium", CHANGES, call.word);
  else context.note("high", LOSES, call.word);
};

const reset: Handler = (call, context) => {
  read(
    call,
    context,
    "-qNp --mixed --soft --quiet --no-quiet --intent-to-add --patch --refresh --no-refresh",
  );
  context.note("medium", CHANGES, call.word);
};

const remove: Handler = (call, context) => {
  const args = read(call, context, "-nqr --cached --dry-run --ignore-unmatch --quiet --sparse");
  for (const word of args.operands) {
    const isKept = has(args, /^--cached$|^-n$|^--dry-run$/);
    if (!isKept) context.path(word, "delete");
    if (!isKept && has(args, /^-r$/)) context.note("high", "deletes a whole folder", word);
  }
  context.note("medium", CHANGES, call.word);
};

/** A first operand that says what is done; without one, the command lists. */
const actions =
  (lists: RegExp, changes: RegExp, options: string, bare: "low" | "medium" = "low"): Handler =>
  (call, context) => {
    const args = read(call, context, options);
    const [action] = args.operands;
    const name = action?.value ?? "";
    if (action ? lists.test(name) : bare === "low") return;
    if (!action || changes.test(name)) context.note("medium", CHANGES, call.word);
    else context.note("high", `git ${call.name} ${name} may do more than that`, action);
  };

const stash: Handler = (call, context) => {
  const [action] = call.args;
  const options =
    "-akpquS -m= --all --include-untracked --index --keep-index --no-keep-index --message= --patch --quiet --staged --stat --oneline --format= --name-only --name-status -# --no-color --color? --only-untracked --no-pager --shortstat --numstat";
  if (action?.value.startsWith("-")) {
    read(call, context, options);
    context.note("medium", CHANGES, call.word);
  } else
    actions(/^(?:list|show)$/, /^(?:push|pop|apply|save|branch|create)$/, options, "medium")(call, context);
};

const submodule: Handler = actions(
  /^(?:status|summary)$/,
  /^(?:update|init|sync)$/,
  "-q --quiet --init --recursive --cached --depth= --no-fetch --checkout --jobs= -j= --progress --files --single-branch",
);
const worktree: Handler = (call, context) => {
  actions(
    /^list$/,
    /^(?:add|lock|unlock|move|repair|prune)$/,
    "-bdqv -n --detach --quiet --porcelain --verbose --dry-run --no-checkout --lock --reason= --track --no-track --guess-remote",
    "medium",
  )(call, context);
  const [action, ...rest] = argumentsOf(call, "-bdqv -n --detach --quiet --porcelain --reason=").operands;
  if (/^(?:add|move)$/.test(action?.value ?? "")) {
    const place = rest.find(({ value }) => /\//.test(value)) ?? rest[0];
    if (place && /^[~/.\0]/.test(place.value)) context.path(place, "write");
  }
};

const remote: Handler = (call, context) => {
  const args = read(call, context, "-vn --verbose --all --push");
  const [action] = args.operands;
  if (!action || action.value === "get-url") return;
  if (action.value === "show") context.note("medium", "asks the remote", call.word);
  else context.note("high", "changes or reaches remotes", action);
};

/** A URL instead of the name of a remote reaches a new place, or (`ext::`) runs a program. */
const networked =
  (options: string): Handler =>
  (call, context) => {
    const args = read(call, context, options);
    const [first] = args.operands;
    if (first && !/^[\w.-]+(?:\/[\w.-]+)*$/.test(first.value)) source(first, context);
    context.note("medium", "reads from the remote repository", call.word);
  };

const GIT_HOSTS =
  /^(?:https:\/\/|git@|ssh:\/\/git@)(?:github\.com|gitlab\.com|bitbucket\.org)[:/][\w.-]+(?:\/[\w.-]+)+\/?$/;
function source(word: ShellWord, context: Context): void {
  if (!GIT_HOSTS.test(word.value)) context.note("high", "reaches a place that is not known", word);
}

const clone: Handler = (call, context) => {
  const args = read(
    call,
    context,
    "-nqsv -b= -j= -o= --bare --branch= --depth= --filter= --jobs= --mirror --no-checkout --no-hardlinks --no-local --no-single-branch --no-tags --origin= --progress --quiet --shallow-since= --single-branch --sparse --verbose",
  );
  const [from, to] = args.operands;
  if (from) source(from, context);
  if (to) context.path(to, "write");
  context.note("medium", "reads from a remote repository", call.word);
};

const reflog: Handler = (call, context) => {
  const [first] = call.args;
  const isPlain = !first || /^(?:show|exists|-.*|[\w./@{}~^-]+)$/.test(first.value);
  if (!isPlain || /^(?:expire|delete|drop)$/.test(first?.value ?? ""))
    context.note("high", "throws away the way back", call.word);
  for (const word of call.args)
    if (
      /^-/.test(word.value) &&
      !/^(?:-n?\d*|--(?:all|oneline|date=.*|format=.*|pretty=.*|no-color|stat))$/.test(word.value)
    )
      context.note("high", "an option that is not known to be harmless", word);
};

const SCOPE =
  /^--(?:local|global|system|worktree|null|name-only|show-origin|show-scope|type=\w+|bool|int|bool-or-int|path)$|^-z$/;

/** `git config`: asking for a setting by its name, or for all of them. Anything else changes settings. */
const config: Handler = (call, context) => {
  const words = call.args.filter(({ value }) => !SCOPE.test(value));
  const [first, ...rest] = words;
  const action = first?.value ?? "";
  const isGet = /^--(?:get|get-all|get-regexp)$|^get$/.test(action);
  const asked = isGet ? rest : words;
  const [name] = asked;
  if (words.length === 1 && /^(?:-l|--list|list)$/.test(action))
    context.note("medium", "settings may hold credentials", first ?? call.word, "reads");
  else if (asked.length !== 1 || !name || !/^[^-].*\./.test(name.value))
    context.note("high", "changes settings of git, which can run programs", call.word);
  else if (isSecretSetting(name.value)) context.note("high", "settings may hold credentials", name, "reads");
};
const isSecretSetting = (name: string): boolean =>
  /extraheader|credential|token|password|url\.|^http|sendemail|helper|\*|\0/i.test(name);

const clean: Handler = (call, context) => {
  const args = read(call, context, "-dnxXfq -e= --dry-run --exclude= --force --quiet");
  if (has(args, /^(?:-n|--dry-run)$/)) return;
  context.note("high", LOSES, call.word);
};

const notes: Handler = actions(/^(?:list|show)$/, /^add$/, "-m= -F=r --ref=");
/** `git bisect run` runs whatever it is given. */
const bisect: Handler = actions(
  /^(?:log|view)$/,
  /^(?:start|good|bad|new|old|skip|reset)$/,
  "--term-old= --term-new= --no-checkout --first-parent",
  "medium",
);
const symbolicRef: Handler = (call, context) => {
  const args = read(call, context, "-q --quiet --short --recurse --no-recurse");
  if (args.operands.length > 1) context.note("high", "changes what a name stands for", call.word);
};
const archive: Handler = (call, context) => {
  const args = read(
    call,
    context,
    "-lv -o=w --format= --list --output=w --prefix= --verbose --worktree-attributes --mtime=",
  );
  for (const word of args.operands)
    if (isSecretPath(word.value)) context.note("high", "packs a file that may hold secrets", word);
  context.note("medium", "writes an archive", call.word);
};
const formatPatch: Handler = (call, context) => {
  read(
    call,
    context,
    "-# -kMnNps -o=w -v= --output-directory=w --stdout --numbered --no-numbered --signoff --cover-letter --subject-prefix= --rfc --root --start-number= --no-stat --stat --zero-commit --base=",
  );
  context.note("medium", "writes files", call.word);
};
const variable: Handler = (call, context) => {
  const [name] = call.args;
  if (call.args.length !== 1 || !/^GIT_\w+$/.test(name?.value ?? ""))
    context.note("high", "is not known to be harmless", call.word);
};
const lfs: Handler = actions(
  /^(?:ls-files|status|env)$/,
  /^(?:pull|fetch|checkout)$/,
  "-lsna --long --size --name-only --all",
);

/** Commands of git whose operands decide what they do. */
export const GIT_SPECIAL: Readonly<Record<string, Handler>> = {
  branch,
  tag,
  checkout,
  switch: switchTo,
  restore,
  reset,
  rm: remove,
  stash,
  submodule,
  worktree,
  remote,
  fetch: networked(
    "-apqtvnf46 --all --append --deepen= --depth= --dry-run --force -j= --jobs= --keep --multiple --no-recurse-submodules --no-tags --progress --prune --prune-tags --quiet --shallow-since= --tags --unshallow --verbose",
  ),
  pull: networked(
    "-qvrn --all --autostash --no-autostash --commit --no-commit --depth= --dry-run --edit --no-edit --ff --no-ff --ff-only --log? --no-rebase --no-stat --prune --quiet --rebase? --squash --stat --tags --no-tags --unshallow --verbose --progress",
  ),
  "ls-remote": networked("-htqb --heads --tags --refs --quiet --exit-code --sort= --symref --branches"),
  clone,
  reflog,
  config,
  clean,
  notes,
  "symbolic-ref": symbolicRef,
  archive,
  "format-patch": formatPatch,
  bisect,
  var: variable,
  lfs,
};
