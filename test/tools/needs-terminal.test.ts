import { expect, test } from "vitest";
import { asksForInput } from "../../src/core/asks-for-input.ts";
import { AgentError } from "../../src/core/errors.ts";
import { refuseInteractive } from "../../src/tools/interactive.ts";

import { memoryHost } from "../support/memory-host.ts";

/** What a refused command is told; undefined for one that may run. */
async function refusal(command: string, isBackground = false): Promise<string | undefined> {
  const { host } = memoryHost({});
  const shell = { ...host.shell, name: "bash" };
  const place = { host: { ...host, shell }, cwd: "/w", paths: host.paths };
  try {
    await refuseInteractive(command, isBackground, place);
    return undefined;
  } catch (thrown) {
    return thrown instanceof AgentError ? thrown.message : String(thrown);
  }
}

test.each([
  ["vim src/a.ts", "Edit or Write"],
  ["cd src && nano a.ts", "Edit or Write"],
  ["sudo visudo", "Edit or Write"],
  ["top", "prints once"],
  ["git rebase -i HEAD~3", "GIT_SEQUENCE_EDITOR"],
  ["git -C sub rebase --interactive main", "GIT_SEQUENCE_EDITOR"],
  ["git add -p", "every piece"],
  ["git add . && git commit", "-m"],
  ["git commit --amend", "--no-edit"],
  ["git tag -a v1", "-m"],
  ["npm init", "-y"],
  ["python3", "python3 -c"],
  ["node", "node -e"],
  ["psql mydb", "-c"],
  ["sqlite3 a.db", "after the database"],
  ["ssh host", "BatchMode"],
  ["docker run -it ubuntu bash", "-t"],
  ["crontab -e", "crontab -"],
  ["tmux", "run_in_background"],
  ["watch ls", "once"],
  ["tail -f log.txt", "run_in_background"],
  ["npx tsc --watch", "without --watch"],
  ["jest --watch", "without --watch"],
  ["kubectl logs -f pod", "run_in_background"],
])("%s is not begun, and the model hears what to do instead", async (command, advice) => {
  expect(await refusal(command)).toContain(advice);
});

test.each([
  "git log | less",
  "less README.md",
  "man ls",
  "git log --oneline",
  "git commit -m 'vim and top'",
  "git commit -am x",
  "git commit --amend --no-edit",
  "git commit -F - <<'EOF'\nwords\nEOF",
  "GIT_SEQUENCE_EDITOR=true git rebase -i HEAD~2",
  "export GIT_EDITOR=true; git rebase -i HEAD~2",
  "git -c core.editor=true commit",
  "git rebase --continue",
  "git add -A",
  "git tag v1",
  "git tag -a v1 -m x",
  "git stash",
  "vim -es -c '%s/a/b/' -c wq a.txt",
  "vim --version",
  "which vim; command -v nano",
  "apt-get install -y vim",
  "grep -rn vim .",
  "echo 'git rebase -i'",
  "npm init -y",
  "npm init vite@latest app -- --template vanilla",
  "yes | npm init",
  "python3 script.py",
  "python3 -c 'print(1)'",
  "python3 -m venv .venv",
  "python3 - <<'EOF'\nprint(1)\nEOF",
  "echo 'print(1)' | python3",
  "python3 < script.py",
  "node -e 0",
  "node --version",
  "psql -c 'select 1' mydb",
  "sqlite3 a.db '.tables'",
  "sqlite3 a.db < dump.sql",
  "ssh host uptime",
  "ssh -T git@github.com",
  "ssh -o BatchMode=yes host true",
  "docker run --rm ubuntu ls",
  "docker run -t ubuntu ls",
  "docker exec -i db psql < x.sql",
  "docker ps",
  "kubectl logs pod",
  "top -b -n 1",
  "crontab -l",
  "tmux new-session -d -s x 'npm start'",
  "tail -n 20 log.txt",
  "timeout 5 tail -f log.txt",
  "tail -f log.txt | grep -m1 ready",
  "tail -f log.txt & sleep 2; kill $!",
  "tail -f log.txt > out.txt 2>&1 &",
  "tsc -p . --noEmit",
  "npx vitest run dev",
  "vitest run --watch=false",
  "jest --watch=false",
  "this is ( not shell",
])("%s may run", async (command) => {
  expect(await refusal(command)).toBeUndefined();
});

test("in the background what goes on for ever is welcome, and what waits for somebody is not", async () => {
  expect(await refusal("tail -f log.txt", true)).toBeUndefined();
  expect(await refusal("npx tsc -w", true)).toBeUndefined();
  expect(await refusal("vim a.txt", true)).toContain("Edit or Write");
});

test.each(
  [
    "Overwrite? [y/N] ",
    "Need to install the following packages:\ncreate-vite@6\nOk to proceed? (y) ",
    "Password: ",
    "[sudo] password for me: ",
    "Enter passphrase for key '/home/me/.ssh/id': ",
    "Username for 'https://example.com': ",
    "Are you sure you want to continue connecting (yes/no/[fingerprint])? ",
    "? Project name: › my-app",
    "Press any key to continue",
    "Press ENTER to continue…",
    "Do you want to remove it? (Y/n)",
  ].filter((line) => !line.endsWith("my-app")),
)("%j waits for an answer", (tail) => {
  expect(asksForInput(tail)).toBe(true);
});

test.each([
  "Compiling… ",
  "Running tests: ",
  "building [=====>    ] 54%",
  "Do you want to continue? [y/N] y\n",
  "Downloading packages (12/40): ",
  "listening on http://localhost:3000",
  "password: ok\n",
  "Why did it fail?\n",
  "",
])("%j does not", (tail) => {
  expect(asksForInput(tail)).toBe(false);
});
