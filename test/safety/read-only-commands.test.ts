import { beforeAll, describe, expect, test } from "vitest";
import { createPaths } from "../../src/hosts/node/node-paths.ts";
import type { RulePlace } from "../../src/safety/path-patterns.ts";
import { isReadOnlyCommand } from "../../src/safety/read-only-commands.ts";
import { loadShell } from "../../src/safety/shell/late.ts";

const LINKS: Readonly<Record<string, string>> = {
  "/w/out": "/home/ada/.ssh/id_rsa",
  "/w/in": "/w/src/a.ts",
  "/w/keys": "/w/.env",
  "/w/dir": "/etc",
};
const place: RulePlace = {
  cwd: "/w",
  roots: ["/w"],
  home: "/home/ada",
  paths: createPaths("linux"),
  isCaseInsensitive: false,
  real: (path) => LINKS[path],
  isLooked: (path) => !path.endsWith("/unknown"),
};

beforeAll(loadShell);

describe("what runs without a question", () => {
  test.each([
    "git status",
    "git log --oneline -5 --author=ada",
    "ls -la src",
    "cat package.json | head -20",
    'grep -n "/api/users" src/a.ts',
    "grep -e one -e two a.ts b.ts",
    "sed -n '1,80p' src/a.ts",
    "date +%F",
    "find . -name '*.ts' -not -path './node_modules/*'",
    "cd src && wc -l a.ts",
    "cat in",
    "node --version; pwd; date",
    "echo done",
    "hostname; uptime; df -h; jq --version",
    "cksum package.json | cut -d' ' -f1",
    "git diff --stat HEAD~1 -- src",
    "git --no-pager diff --name-only --cached",
    "git branch --show-current; git remote; git tag -l 'v1.*'; git merge-base main HEAD",
    "git log --format='%h %s' --stat -n 5; git shortlog -sn; git rev-list --count HEAD",
    "jq -r '.scripts | keys[]' package.json | head",
    "awk -F, 'NR > 1 { print $2 }' data.csv",
    "sed -n '/BEGIN/,/END/p' notes.txt",
    "sed 's/foo/bar/g' src/a.ts",
    "diff -u src/a.ts src/b.ts",
    "tar tzf release.tgz; unzip -l release.zip",
    "date -d '2 days ago'; command -v git; npm --help",
    "git branch --merged main; git worktree list; git stash list; git submodule status",
  ])("%s", (text) => expect(isReadOnlyCommand(text, place, true)).toBe(true));

  test.each([
    "git diff HEAD~1 -- src",
    "git show HEAD:src/app.ts",
    "git log -S createUser -p",
    "git blame -L 10,20 src/a.ts",
    "git grep -n TODO",
    "rg -n 'describe\\(' src",
    "rg -t ts -g '!dist/**' TOKEN src; rg -g 'src/**/*.{ts,tsx}' TOKEN; rg -tpy --glob '*.md' -C 2 TOKEN",
  ])("%s, where no rule keeps a file from being read", (text) => {
    expect(isReadOnlyCommand(text, place, true, true)).toBe(true);
    expect(isReadOnlyCommand(text, place, true, false)).toBe(false);
  });
});

describe("what asks although nothing is forbidden", () => {
  test.each([
    ["it shows a secret", "git show HEAD:.env"],
    ["it runs what a file names", "git diff --ext-diff"],
    ["it looks at what is hidden", "rg --hidden TOKEN"],
    ["it looks at what git ignores", "rg -uu TOKEN"],
    ["it goes through links", "rg -L TOKEN"],
    ["a glob brings back what is hidden", "rg --glob=.env TOKEN"],
    ["any glob does", "rg -ig '*' TOKEN"],
    ["a type does", "rg -tall TOKEN"],
    ["a type of settings", "rg --type sh TOKEN"],
    ["a type of its own", "rg --type-add 'x:.e*' -tx TOKEN"],
    ["a list of globs", "rg -g '*.{ts,env}' TOKEN"],
    ["awk names a variable by parts", 'awk \'BEGIN{print SYMTAB["ENV" "IRON"]["HOME"]}\''],
    ["it searches a secret", "rg TOKEN .env"],
    ["it searches elsewhere", "rg TOKEN /etc"],
    ["it runs a program", "rg --pre cat TOKEN"],
    ["whole folders may hold secrets", "grep -rn TOKEN ."],
  ])("%s: %s", (_, text) => expect(isReadOnlyCommand(text, place, true, true)).toBe(false));
});

describe("what asks", () => {
  test.each([
    ["it writes", "touch x"],
    ["its script writes", "sed -n 'w out' src/a.ts"],
    ["its script reads another file", "sed 'r /etc/passwd' src/a.ts"],
    ["its script opens files itself", `awk 'BEGIN { ARGV[1] = "/etc/passwd" } { print }' a`],
    ["its program runs another", `awk 'BEGIN { system("id") }'`],
    ["a link is what a filter is for", "jq . out"],
    ["a link is compared", "diff a.ts out"],
    ["a folder is compared", "diff -r src lib"],
    ["the archive is on another machine", "tar tf evil.example:/x"],
    ["it unpacks", "tar xf release.tgz"],
    ["it runs the project", "npm test"],
    ["it is outside", "cat /etc/passwd"],
    ["it is a secret", "cat .env"],
    ["a link leads outside", "cat out"],
    ["a link leads to a secret", "head -1 keys"],
    ["a link is gone into", "cd dir && cat hosts"],
    ["a link is read as input", "wc -l < out"],
    ["a link is the value of an option", "grep -n --file=out a.ts"],
    ["nobody looked where it leads", "cat unknown"],
    ["names that a glob finds may be links", "cat *"],
    ["a word is only known when it runs", "cat $FILE"],
    ["names come from another command", "ls | xargs cat"],
    ["links are followed", "grep -R key ."],
    ["links are followed, said longer", "rg --follow key"],
    ["links are followed in folders", "find -L . -name x"],
    ["two folders are compared, links and all", "diff -r a b"],
    ["it does not parse", "ls ("],
    ["it does not parse either", "ls ( touch x"],
    ["part of it writes", "ls && rm a"],
    ["whole folders hold secrets", "grep -r KEY ."],
    ["whole folders hold secrets, said otherwise", "grep --directories=recurse KEY ."],
    ["whole folders are searched by itself", "rg KEY"],
    ["the patch may show a secret", "git log -p"],
    ["the patch may show a secret, too", "git diff"],
    ["a commit may show a secret", "git show HEAD"],
    ["the patch is beside the names", "git diff --stat -p"],
    ["it is written into a file", "git diff --stat --output=x"],
    ["another program compares", "git diff --stat --ext-diff"],
    ["a branch is made", "git branch new"],
    ["a branch is deleted", "git branch -D old"],
    ["a tag is made", "git tag v1"],
    ["an address may hold a password", "git remote -v"],
    ["a link leads to a secret, counted", "cksum keys"],
    ["a name is set", "hostname other"],
    ["it waits", "sleep 1000"],
    ["git may be told to look elsewhere", "git -C .. status"],
    ["it never ends", "yes"],
    ["it never ends, and is outside", "cat /dev/zero"],
    ["it waits for more", "tail -f a.log"],
    ["a file is read as dates", "date -f a.txt"],
    ["each file is given to a program", "find . -name a -exec cat {} +"],
    ["it is a program of the workspace", "./cat a"],
    ["a variable could be anything", 'echo "$SECRET"'],
  ])("%s: %s", (_, text) => expect(isReadOnlyCommand(text, place, true)).toBe(false));

  test("git, where nobody else runs it in the workspace", () => {
    expect(isReadOnlyCommand("git status", place, true)).toBe(true);
    expect(isReadOnlyCommand("git status", place, false)).toBe(false);
    expect(isReadOnlyCommand("git --version", place, false)).toBe(true);
  });

  test("everything outside of a workspace, and with the paths of other systems", () => {
    expect(isReadOnlyCommand("ls", { ...place, roots: [] }, true)).toBe(false);
    expect(isReadOnlyCommand("ls", { ...place, cwd: "/elsewhere" }, true)).toBe(false);
    expect(isReadOnlyCommand("ls", { ...place, cwd: "C:\\w", roots: ["C:\\w"] }, true)).toBe(false);
  });
});
