import { join } from "node:path";
import { nodeClock } from "../../../src/hosts/node/node-clock.ts";
import { createNodeHost } from "../../../src/hosts/node/node-host.ts";
import { createPaths } from "../../../src/hosts/node/node-paths.ts";
import { createStorage } from "../../../src/hosts/node/node-storage.ts";
import { describeBlobs } from "../../contract/blobs.ts";
import { describeClock } from "../../contract/clock.ts";
import { describeDocumentRaces, describeDocuments } from "../../contract/documents.ts";
import { describeFileSystem } from "../../contract/file-system.ts";
import { describePaths } from "../../contract/paths.ts";
import { describeSearch } from "../../contract/search.ts";
import { describeShell } from "../../contract/shell.ts";
import { describeStorage } from "../../contract/storage.ts";
import { temporaryFolder, worldIn } from "./temporary.ts";

async function place() {
  const folder = await temporaryFolder();
  const host = createNodeHost({ roots: [folder], dataDir: join(folder, "plumb home"), version: "0.0.0" });
  return { ...host, world: worldIn(join(folder, "work space")), host };
}

async function workspace() {
  const made = await place();
  await made.world.put(".keep", "");
  return made;
}

describePaths("node", createPaths("linux"));
describeClock("node", nodeClock);
describeFileSystem("node", workspace);
describeDocuments("node", workspace);
describeDocumentRaces("node", workspace);
describeBlobs("node", async () => (await place()).blobs);
describeSearch("node", workspace);
describeShell("node", workspace);
describeStorage("node", async () => {
  const dataDir = await temporaryFolder();
  const open = () => createStorage({ dataDir, workspaceKey: "-home-someone-project" });
  return [open(), open()];
});
