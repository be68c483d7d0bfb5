import { readFileSync } from "node:fs";
import { join } from "node:path";
import { expect, test } from "vitest";
import { bash, evals, folderOf, rowOf } from "./fixture.ts";

const YAML = `# Comments and fields that do not matter here are passed over.
instruction: |-
  Write "hello" to hello.txt.

  max_test_timeout_sec: this is text
author_name: Somebody
difficulty: easy
category: file-operations
tags: [files]
parser_name: pytest
max_agent_timeout_sec: 60.0
max_test_timeout_sec: 20.0
run_tests_in_same_shell: false
`;
const TEST = `#!/bin/bash
ls -A > seen.txt
bash "$TEST_DIR/outputs.sh"
`;

test("folder tasks are run and judged by their own script; those with an image are named", async () => {
  const folder = folderOf({
    "hello/task.yaml": YAML,
    "hello/run-tests.sh": TEST,
    "hello/tests/outputs.sh": '[ "$(cat hello.txt)" = hello ] || { echo "No hello."; exit 1; }\n',
    "hello/solution.sh": "echo hello > hello.txt\n",
    "hello/data/given.txt": "given\n",
    "hello/replies.json": JSON.stringify([[bash("ls -A; ls data; echo hello > hello.txt")], ["Done."]]),
    "wrong/task.yaml": YAML,
    "wrong/run-tests.sh": "echo 'Wrong it is.'; exit 3\n",
    "wrong/replies.json": JSON.stringify([["Done."]]),
    "imaged/task.yaml": YAML,
    "imaged/Dockerfile": "FROM scratch\n",
    "unrecorded/task.yaml": YAML,
    "unrecorded/run-tests.sh": TEST,
    "notes/README.md": "This is no task.\n",
  });
  const { code, printed, kept } = await evals(["--terminal-bench", folder]);
  expect(code).toBe(1);
  expect(rowOf(printed, "hello")).toMatch(/file-operations +1\/1/);
  expect(rowOf(printed, "wrong")).toMatch(/0\/1 .*Wrong it is\.$/);
  expect(printed).toContain("imaged needs a container, and is not run here.");
  expect(printed).toContain("unrecorded has no recorded replies, and there is no key: not run.");
  // Neither tests nor solution were there while the agent worked, nor later.
  const patch = readFileSync(join(kept, "hello-1/changes.patch"), "utf8");
  expect(patch).toContain("+data\n+hello.txt\n+seen.txt\n");
  expect(readFileSync(join(kept, "hello-1/transcript.jsonl"), "utf8")).not.toMatch(/solution|run-tests/);
});

test("a single task is taken as well, and one without an instruction is refused", async () => {
  const folder = folderOf({ "a/task.yaml": "difficulty: easy\n", "a/run-tests.sh": "exit 0\n" });
  const { code, printed } = await evals(["--terminal-bench", join(folder, "a")]);
  expect(code).toBe(2);
  expect(printed).toMatch(/task\.yaml: .*instruction/s);
});
