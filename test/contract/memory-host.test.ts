import { memoryHost } from "../support/memory-host.ts";
import { describeBlobs } from "./blobs.ts";
import { describeDocuments } from "./documents.ts";
import { describeFileSystem } from "./file-system.ts";
import { describePaths } from "./paths.ts";
import { utf8, type World } from "./world.ts";

/** The fake that most tests stand on keeps the same promises as the real adapters. */
async function make() {
  const { host, files } = memoryHost();
  const world: World = {
    path: (name) => `/folder/${name}`,
    async put(name, content) {
      files.set(`/folder/${name}`, content);
    },
    async bytes(name) {
      const found = files.get(`/folder/${name}`);
      return typeof found === "string" ? utf8(found) : found;
    },
  };
  return { fs: host.fs, documents: host.documents, blobs: host.blobs, world };
}

describePaths("memory", memoryHost().host.paths);
describeFileSystem("memory", make);
describeDocuments("memory", make);
describeBlobs("memory", async () => (await make()).blobs);
