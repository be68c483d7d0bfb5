import { join } from "node:path";
import { App } from "../../src/app/app.ts";
import { COMPACT_AT_PERCENT, contextPolicy } from "../../src/context/policy.ts";
import { text } from "../../src/core/message.ts";
import { Whereabouts } from "../../src/core/presence.ts";
import { createNodeHost } from "../../src/hosts/node/node-host.ts";
import { createStorage, workspaceKey } from "../../src/hosts/node/node-storage.ts";
import { createAnthropicProvider } from "../../src/models/anthropic.ts";
import { factsOf } from "../../src/models/model-table.ts";

/** A conversation with everything that writes: edits, a command, a rule for the workspace, a decision. To be killed. */
const [base = "", url = ""] = process.argv.slice(2);
const [dir, dataDir] = [join(base, "workspace"), join(base, "home")];
const app = await App.open({
  host: createNodeHost({ roots: [dir], dataDir, version: "0.0.0" }),
  storage: createStorage({ dataDir, workspaceKey: workspaceKey(dir) }),
  provider: createAnthropicProvider({ apiKey: "test-key", baseUrl: url, dialect: "first-party" }),
  context: contextPolicy({ compactAt: () => COMPACT_AT_PERCENT, modelOf: factsOf }),
  cwd: dir,
  roots: [dir],
  home: base,
  readable: [],
  version: "0.0.0",
  isTrusted: () => true,
  whereabouts: new Whereabouts({ place: "panel" }),
  mayBypass: () => true,
  model: "claude-opus-5-5",
  effort: "",
  maxOutputTokens: 32_000,
  maxSteps: 50,
  mode: "ask",
  rules: [],
  sessionId: "session-1",
  isNew: true,
});
app.session.subscribe((event) => {
  if (!("durable" in event) || event.durable.type !== "permission.asked") return;
  const { callId, hash } = event.durable;
  queueMicrotask(() => app.answerPermission({ callId, hash, verdict: "allow", scope: "workspace" }));
});
await app.prompt([text("Go")], "now");
const [first, second] = app.ledger.pending();
if (first) await app.review("undo", [first.editId]);
if (second) await app.review("keep", [second.editId]);
await app.close();
process.stdout.write("done\n");
