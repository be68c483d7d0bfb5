import { randomUUID } from "node:crypto";
import { homedir } from "node:os";
import type { AppOptions } from "./app/app-options.ts";
import type { PriceOf } from "./core/cost.ts";
import { isStillWanted, narrowedBy } from "./core/telemetry-choice.ts";
import type { ChatOptions, Engine } from "./hosts/vscode/engine.ts";

/** Keys that a conversation may have been opened with; in memory only, so that they can be kept out of everything else. */
const keys = new Set<string>();

const MAX_OUTPUT_TOKENS = 32_000;

/** Plugs the application into the window. Each part is its own chunk of the bundle, loaded when it is first needed. */
export const engine: Engine = {
  async openChat({ sessionId, compactAt, telemetry, ...options }) {
    const [{ App }, { contextPolicy }, { factsOf }] = await Promise.all([
      import("./app/app.ts"),
      import("./context/policy.ts"),
      import("./models/model-table.ts"),
    ]);
    return App.open({
      ...options,
      context: contextPolicy({ compactAt, modelOf: factsOf }),
      home: homedir(),
      environment: process.env,
      ownKeys: () => [...keys],
      maxOutputTokens: MAX_OUTPUT_TOKENS,
      ...(await watchFor(telemetry, options)),
      sessionId: sessionId ?? randomUUID(),
      isNew: sessionId === undefined,
    });
  },
  async listSessions(storage) {
    const { listSessions } = await import("./app/sessions.ts");
    return listSessions(storage);
  },
  async createProvider({ apiKey, baseUrl }) {
    const { createAnthropicProvider } = await import("./models/anthropic.ts");
    keys.add(apiKey);
    return createAnthropicProvider({ apiKey, ...(baseUrl !== undefined && { baseUrl }) });
  },
  async startTour() {
    const { startTourServer } = await import("./tour/server.ts");
    return startTourServer();
  },
  async slashCommands() {
    return (await import("./commands/slash/index.ts")).slashCommands;
  },
  async contextReport(of) {
    const [{ contextReport }, { factsOf }] = await Promise.all([
      import("./app/context-report.ts"),
      import("./models/model-table.ts"),
    ]);
    const priceOf: PriceOf = (model) => of.priceOf(model) ?? factsOf(model)?.price;
    return contextReport({ ...of, maxOutputTokens: MAX_OUTPUT_TOKENS, priceOf, now: Date.now() });
  },
  async searchChat(events) {
    const { searchChat } = await import("./app/search-chat.ts");
    return searchChat(events);
  },
  async fallbackModel() {
    const { DEFAULT_MODEL } = await import("./models/index.ts");
    return DEFAULT_MODEL;
  },
};

/** Who tells the user's collector of a conversation, if they want that; loaded only then. */
async function watchFor(
  { choice, isOn, sending }: ChatOptions["telemetry"],
  { version, priceOf }: Pick<ChatOptions, "version" | "priceOf">,
): Promise<Pick<AppOptions, "watch">> {
  const wish = choice();
  if (!wish) return {};
  const [{ watcher }, { factsOf }] = await Promise.all([
    import("./telemetry/watch-session.ts"),
    import("./models/model-table.ts"),
  ]);
  // Who started the window is no part of what is done in it.
  const environment = { ...process.env, TRACEPARENT: undefined };
  const chosen = narrowedBy(wish, environment);
  if (!chosen) return {};
  const isWanted = (): boolean => isOn() && isStillWanted(chosen, choice());
  return {
    watch: watcher(
      {
        ...{ ...chosen, version, isOn: isWanted, environment, provider: "anthropic" },
        priceOf: (model) => priceOf(model) ?? factsOf(model)?.price,
      },
      sending,
    ),
  };
}
