import { existsSync, mkdtempSync, readdirSync, rmSync, utimesSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { expect, onTestFinished, test } from "vitest";
import { WindowMemory } from "../../../src/hosts/vscode/window-memory.ts";

/** One window that is loaded again and again: the same editor state, the same folder. */
function openWindow() {
  const folder = join(mkdtempSync(join(tmpdir(), "plumb-window-")), "storage");
  onTestFinished(() => rmSync(join(folder, ".."), { recursive: true, force: true }));
  const state = new Map<string, unknown>();
  const memento = {
    get: (key: string) => state.get(key),
    update: async (key: string, value: unknown) => void state.set(key, value),
  };
  return { folder, load: () => new WindowMemory(memento, folder) };
}

test("a window finds what it kept, however little time it had", async () => {
  const { load } = openWindow();
  const memory = load();
  const kept = [
    memory.keepSessionId("one"),
    memory.keepDraft("half a sen"),
    memory.keepDraft("half a sentence"),
  ];
  await Promise.all([...kept, memory.keepWaiting(true)]);
  expect(load()).toMatchObject({
    sessionId: "one",
    draft: "half a sentence",
    isWaiting: true,
    isInTour: false,
  });
});

test("two windows of one folder do not share their memory", async () => {
  const { folder, load } = openWindow();
  await load().keepSessionId("mine");
  const other = new WindowMemory({ get: () => undefined, update: async () => undefined }, folder);
  await other.keepSessionId("theirs");
  expect(load().sessionId).toBe("mine");
});

test("a damaged file or a folder that cannot be written costs the memory and nothing else", async () => {
  const { folder, load } = openWindow();
  await load().keepDraft("hello");
  const [name = ""] = readdirSync(folder);
  writeFileSync(join(folder, name), '{"draft":7,"isWaiting":"yes"');
  expect(load()).toMatchObject({ draft: "", isWaiting: false, sessionId: undefined });
  rmSync(folder, { recursive: true });
  writeFileSync(folder, "a file where the folder should be");
  const memory = load();
  await memory.keepDraft("still there");
  expect(memory.draft).toBe("still there");
});

test("what windows left behind is removed after three months", async () => {
  const { folder, load } = openWindow();
  const memory = load();
  await memory.keepDraft("young");
  const old = join(folder, "window-gone.json");
  const foreign = join(folder, "notes.json");
  for (const path of [old, foreign]) {
    writeFileSync(path, "{}");
    utimesSync(path, 0, 0);
  }
  await memory.forgetOthers();
  expect([existsSync(old), existsSync(foreign), load().draft]).toEqual([false, true, "young"]);
});
