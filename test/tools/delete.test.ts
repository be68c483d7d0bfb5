import { expect, test } from "vitest";
import { deleteFile } from "../../src/tools/delete.ts";
import { toolWorld } from "./tool-world.ts";

const gone = (file_path: string) => ({ file_path });

test("a file is deleted without reading it first, and what it held is recorded before", async () => {
  const { say, files, edits, seen, title, accesses } = toolWorld({ files: { "/w/src/a.ts": "one\ntwo\n" } });
  expect(title(deleteFile, gone("src/a.ts"))).toBe("Delete src/a.ts");
  expect(accesses(deleteFile, gone("src/a.ts"))).toEqual([{ kind: "write", target: "/w/src/a.ts" }]);
  expect(await say(deleteFile, gone("src/a.ts"))).toBe("Deleted src/a.ts.");
  expect(files.has("/w/src/a.ts")).toBe(false);
  expect(edits).toMatchObject([{ path: "/w/src/a.ts", beforeText: "one\ntwo\n", after: "", afterText: "" }]);
  expect(seen.get("/w/src/a.ts")).toMatchObject({ hash: "" });
});

test("the card shows all the lines that go", async () => {
  const { preview } = toolWorld({ files: { "/w/a.ts": "one\ntwo\n" } });
  expect(await preview(deleteFile, gone("a.ts"))).toMatchObject({
    kind: "diff",
    op: "delete",
    removed: 2,
    added: 0,
    afterHash: "",
    hunks: [{ lines: ["-one", "-two"] }],
  });
});

test("a file of another spelling of its name is no link where the file system knows both", async () => {
  const [typed, stored] = ["Café.ts".normalize("NFC"), "café.ts".normalize("NFD")];
  const setup = { files: { [`/w/${stored}`]: "a\n" }, links: { [`/w/${typed}`]: `/w/${stored}` } };
  const { previewFailure } = toolWorld({ ...setup, platform: "linux" });
  expect(await previewFailure(deleteFile, gone(typed))).toMatch(/is a link to/);
  const { preview } = toolWorld({ ...setup, platform: "darwin" });
  expect(await preview(deleteFile, gone(typed))).toMatchObject({ op: "delete", removed: 1 });
});

test("what could not be put back byte for byte stays, and so do links, folders and unsaved text", async () => {
  const { fail, previewFailure, files, edits } = toolWorld({
    files: {
      "/w/logo.png": new Uint8Array([0, 1, 2]),
      "/w/a.ts": "a\n",
      "/w/dir/b.ts": "b\n",
      "/w/u.ts": "u\n",
    },
    links: { "/w/link.ts": "/w/a.ts" },
    unsaved: { "/w/u.ts": "typed\n" },
  });
  expect(await previewFailure(deleteFile, gone("logo.png"))).toMatch(
    /^failed: logo\.png could not be brought back/,
  );
  expect(await fail(deleteFile, gone("logo.png"))).toMatch(/use a command/);
  expect(await fail(deleteFile, gone("link.ts"))).toBe(
    "failed: link.ts is a link to a.ts. Name that file, or use a command for the link.",
  );
  expect(await fail(deleteFile, gone("dir"))).toMatch(/^invalid_input: dir is a folder/);
  expect(await fail(deleteFile, gone("u.ts"))).toMatch(/^failed: u\.ts has unsaved changes/);
  expect(await fail(deleteFile, gone("none.ts"))).toMatch(/^not_found/);
  expect(files.size).toBe(4);
  expect(edits).toEqual([]);
});
