import { mkdirSync, mkdtempSync, readFileSync, realpathSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { dirname, join } from "node:path";
import { onTestFinished } from "vitest";
import { App } from "../../src/app/app.ts";
import type { AppOptions } from "../../src/app/app-options.ts";
import type { CardAnswer } from "../../src/app/open-questions.ts";
import { COMPACT_AT_PERCENT, contextPolicy } from "../../src/context/policy.ts";
import type { AgentEvent, EventOf } from "../../src/core/event.ts";
import { NOBODY, type Presence, Whereabouts } from "../../src/core/presence.ts";
import { createNodeHost } from "../../src/hosts/node/node-host.ts";
import { createStorage, workspaceKey } from "../../src/hosts/node/node-storage.ts";
import { DEFAULT_SANDBOX } from "../../src/hosts/node/sandbox/settings.ts";
import { createAnthropicProvider } from "../../src/models/anthropic.ts";
import { factsOf } from "../../src/models/model-table.ts";
import { type FakeApi, type Script, startFakeApi } from "./fake-api/fake-api.ts";
import type { ModelProfile } from "./fake-api/models.ts";
import type { RequestBody } from "./fake-api/schema.ts";

export const HERE: Presence = { place: "panel" };
export const AWAY: Presence = { place: "panel", isAway: true };
/** Of a conversation with nobody who could be asked. */
export const ALONE = new Whereabouts(NOBODY);

export interface World {
  readonly dir: string;
  readonly dataDir: string;
  readonly api: FakeApi;
  readonly slept: number[];
  /** Of the person whose conversations are opened here. */
  readonly whereabouts: Whereabouts;
  read(path: string): string;
  write(path: string, content: string): void;
  /** Opens a conversation on this world; several can follow one another, or be open at once. */
  open(options?: Partial<AppOptions>): Promise<App>;
}

/** A workspace in a temporary folder, the real Node host, and the model behind the wire. Gone when the test ends. */
export async function startWorld(setup: {
  script: Script;
  files?: Record<string, string>;
  /** Epoch milliseconds, for the host and for the lifetime of cache entries alike. Default: what time it is. */
  now?: () => number;
  /** Default: nothing takes any time. */
  sleep?: (ms: number, signal: AbortSignal) => Promise<void>;
  /** Tells conversations apart for the prefix law. Default: by their first block. */
  conversationOf?: (body: RequestBody) => string;
  /** Default: all that the fake knows. */
  models?: readonly ModelProfile[];
}): Promise<World> {
  const base = realpathSync(mkdtempSync(join(tmpdir(), "plumb-test-")));
  const dir = join(base, "workspace");
  const dataDir = join(base, "home");
  mkdirSync(dir);
  const { files: _, sleep: __, ...server } = setup;
  const api = await startFakeApi(server);
  const apps: App[] = [];
  const slept: number[] = [];
  const whereabouts = new Whereabouts(HERE);
  onTestFinished(async () => {
    await Promise.all(apps.map((app) => app.close()));
    await api.close();
    rmSync(base, { recursive: true, force: true });
  });
  const write = (path: string, content: string): void => {
    mkdirSync(dirname(join(dir, path)), { recursive: true });
    writeFileSync(join(dir, path), content);
  };
  for (const [path, content] of Object.entries(setup.files ?? {})) write(path, content);
  return {
    dir,
    dataDir,
    api,
    slept,
    whereabouts,
    write,
    read: (path) => readFileSync(join(dir, path), "utf8"),
    async open(options = {}) {
      // Whether there is one differs from machine to machine.
      const sandbox = () => ({ ...DEFAULT_SANDBOX, enabled: "off" }) as const;
      const host = createNodeHost({ roots: [dir], dataDir, version: "0.0.0", sandbox });
      const app = await App.open({
        // Waiting for the provider costs no time here; what would have been waited is kept for the test to see.
        host: {
          ...host,
          clock: {
            now: setup.now ?? host.clock.now,
            sleep: async (ms, signal) => {
              slept.push(ms);
              await setup.sleep?.(ms, signal);
            },
          },
        },
        storage: createStorage({ dataDir, workspaceKey: workspaceKey(dir) }),
        provider: createAnthropicProvider({ apiKey: "test-key", baseUrl: api.url, dialect: "first-party" }),
        context: contextPolicy({ compactAt: () => COMPACT_AT_PERCENT, modelOf: factsOf }),
        cwd: dir,
        roots: [dir],
        home: base,
        readable: [join(dataDir, "blobs"), join(dataDir, "tasks")],
        version: "0.0.0",
        isTrusted: () => true,
        whereabouts,
        mayBypass: () => true,
        model: "claude-opus-5-5",
        effort: "",
        maxOutputTokens: 32_000,
        maxSteps: 50,
        mode: "ask",
        rules: [],
        sessionId: "session-1",
        isNew: true,
        ...options,
      });
      apps.push(app);
      return app;
    },
  };
}

/** Resolves with the next event that fits; looks at what has happened already first. */
export function eventually<T extends AgentEvent>(
  app: App,
  fits: (event: AgentEvent) => event is T,
): Promise<T> {
  const found = app.session.events.find(fits);
  if (found) return Promise.resolve(found);
  return new Promise((resolve) => {
    const stop = app.session.subscribe((event) => {
      if (!("durable" in event) || !fits(event.durable)) return;
      stop();
      resolve(event.durable);
    });
  });
}

export const isType =
  <T extends AgentEvent["type"]>(type: T) =>
  (event: AgentEvent): event is EventOf<T> =>
    event.type === type;

/** Sits at the desk and answers every card the same way; keeps the titles that were asked. */
export function answerAll(
  app: App,
  answer: Pick<CardAnswer, "verdict" | "scope"> & { feedback?: string },
): string[] {
  const asked: string[] = [];
  app.session.subscribe((event) => {
    if (!("durable" in event) || event.durable.type !== "permission.asked") return;
    const { callId, hash, title } = event.durable;
    asked.push(title);
    queueMicrotask(() => app.answerPermission({ callId, hash, ...answer }));
  });
  return asked;
}

export const eventsOf = <T extends AgentEvent["type"]>(app: App, type: T): EventOf<T>[] =>
  app.session.events.filter(isType(type));
