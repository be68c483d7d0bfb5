import { mkdirSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { App } from "../../src/app/app.ts";
import { encodeRecord } from "../../src/app/session-file.ts";
import { COMPACT_AT_PERCENT, contextPolicy } from "../../src/context/policy.ts";
import { type AgentEvent, type EventBody, MAIN } from "../../src/core/event.ts";
import { text } from "../../src/core/message.ts";
import { NOBODY, Whereabouts } from "../../src/core/presence.ts";
import { createNodeHost } from "../../src/hosts/node/node-host.ts";
import { createStorage, workspaceKey } from "../../src/hosts/node/node-storage.ts";
import { factsOf } from "../../src/models/model-table.ts";
import { diffDetail } from "../../src/review/diff.ts";

const SESSION_ID = "0001-many-edits";
const WITHIN_MS = 30_000;

/** A conversation in which an agent edits files, recorded as the loop does it, without a model. */
export class EditedSession {
  readonly host;
  readonly #cwd: string;
  readonly #dataDir: string;
  readonly #events: AgentEvent[] = [];
  #count = 0;

  constructor({ cwd, dataDir, title }: { cwd: string; dataDir: string; title: string }) {
    this.#cwd = cwd;
    this.#dataDir = dataDir;
    this.host = createNodeHost({ roots: [cwd], dataDir, version: "0.0.0" });
    this.#add({ type: "session", version: "0.0.0", cwd, roots: [cwd] });
    this.#add({ type: "title", title });
    this.#add({ type: "user", content: [text("Change everything.")] });
  }

  #add(body: EventBody): void {
    const seq = this.#events.length;
    this.#events.push({ seq, at: 1_700_000_000_000 + seq, agentId: MAIN, ...body });
  }

  /** One Edit call: before-image, record, file, result. */
  async edit(path: string, after: string): Promise<void> {
    this.#count += 1;
    const callId = `toolu_${this.#count}`;
    const { documents, blobs } = this.host;
    const file = await documents.open(path, AbortSignal.timeout(WITHIN_MS));
    const [before, hash] = await Promise.all([blobs.put(file.text), blobs.put(after)]);
    const accesses = [{ kind: "write" as const, target: path }];
    this.#add({ type: "tool.started", callId, name: "Edit", title: `Edit ${path}`, accesses });
    const editId = `edit-${this.#count}`;
    this.#add({ type: "edit", editId, callId, path, before, after: hash, added: 1, removed: 1 });
    await documents.save(path, after, file.hash, AbortSignal.timeout(WITHIN_MS));
    const detail = await diffDetail({ path, before: file.text, after });
    const content = [text(`Edited ${path}`)];
    this.#add({ type: "tool.finished", callId, isError: false, content, detail, outcome: "done" });
  }

  /** Puts the log where Plumb will find it. */
  store(): void {
    this.#add({ type: "finished", outcome: "done" });
    const sessions = join(this.#dataDir, "projects", workspaceKey(this.#cwd), "sessions");
    mkdirSync(sessions, { recursive: true });
    writeFileSync(join(sessions, `${SESSION_ID}.jsonl`), this.#events.map(encodeRecord).join(""));
  }

  open(): Promise<App> {
    const [cwd, dataDir] = [this.#cwd, this.#dataDir];
    return App.open({
      host: this.host,
      storage: createStorage({ dataDir, workspaceKey: workspaceKey(cwd) }),
      provider: {
        id: "anthropic",
        models: async () => [],
        stream: () => {
          throw new Error("There is no model here.");
        },
      },
      context: contextPolicy({ compactAt: () => COMPACT_AT_PERCENT, modelOf: factsOf }),
      cwd,
      roots: [cwd],
      home: dataDir,
      readable: [],
      version: "0.0.0",
      isTrusted: () => true,
      whereabouts: new Whereabouts(NOBODY),
      model: "",
      effort: "",
      maxOutputTokens: 1,
      maxSteps: 1,
      mode: "ask",
      rules: [],
      sessionId: SESSION_ID,
      isNew: false,
    });
  }
}

/** Lines of code that do not repeat, as a packer would like them to. */
export const codeLines = (name: string, count: number): string[] =>
  Array.from(
    { length: count },
    (_, i) => `export const ${name}${i} = compute("${name}", ${i * 7919}, other${(i * 31) % 97});\n`,
  );

/** Five hunks in each of so many files. */
export async function editFiles(session: EditedSession, cwd: string, files: number): Promise<void> {
  for (let i = 0; i < files; i += 1) {
    const path = join(cwd, `f${i}.ts`);
    const lines = codeLines(`file${i}_`, 300);
    writeFileSync(path, lines.join(""));
    for (const at of [10, 70, 130, 190, 250]) lines[at] = `// changed ${at}\n`;
    await session.edit(path, lines.join(""));
  }
}
