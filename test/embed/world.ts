import { mkdirSync, mkdtempSync, realpathSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { onTestFinished } from "vitest";
import type * as surface from "../../src/embed/surface.ts";
import { type FakeApi, type Script, startFakeApi } from "../support/fake-api/fake-api.ts";

const BUNDLE = new URL("../../dist/embed.js", import.meta.url).href;
/** As it is shipped. */
export const plumb: Pick<typeof surface, "createAgent" | "AgentError"> = await import(BUNDLE);

export interface EmbedWorld {
  readonly dir: string;
  readonly api: FakeApi;
  /** An agent on this folder, closed when the test ends. */
  open(options?: surface.AgentOptions): Promise<surface.Agent>;
}

/** A folder, a home and a provider of its own; gone when the test ends. */
export async function embedWorld(script: Script): Promise<EmbedWorld> {
  const base = realpathSync(mkdtempSync(join(tmpdir(), "plumb-embed-")));
  const dir = join(base, "workspace");
  mkdirSync(dir);
  const api = await startFakeApi({ script });
  const agents: surface.Agent[] = [];
  onTestFinished(async () => {
    await Promise.all(agents.map((agent) => agent.close()));
    await api.close();
    rmSync(base, { recursive: true, force: true });
  });
  return {
    ...{ dir, api },
    async open(options = {}) {
      const place = { cwd: dir, apiKey: "test", baseUrl: api.url, dataDir: join(base, "home") };
      const agent = await plumb.createAgent({ ...place, sandbox: "off", ...options });
      agents.push(agent);
      return agent;
    },
  };
}

/** All that happens until the agent is closed. */
export async function collect(agent: surface.Agent): Promise<surface.AgentEvent[]> {
  const events: surface.AgentEvent[] = [];
  for await (const event of agent.events()) events.push(event);
  return events;
}
