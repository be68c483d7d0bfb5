import { expect, test } from "vitest";
import { createAnthropicProvider } from "../../src/models/anthropic.ts";
import { FALLBACK_MODELS, factsOf } from "../../src/models/model-table.ts";
import { startFakeApi } from "../support/fake-api/fake-api.ts";

const signal = new AbortController().signal;
const listing = (...pages: readonly unknown[]): typeof fetch => {
  const queue = [...pages];
  return async () => Response.json(queue.shift() ?? {}, { status: queue.length >= 0 ? 200 : 500 });
};

test("the account's models come with sizes, efforts and prices, the default first", async () => {
  const api = await startFakeApi();
  const models = await createAnthropicProvider({ apiKey: "sk-test", baseUrl: api.url }).models(signal);
  expect(models[0]).toEqual({
    id: "claude-opus-5-5",
    name: "Claude opus 5 5",
    contextTokens: 1_000_000,
    maxOutputTokens: 128_000,
    efforts: ["low", "medium", "high", "xhigh", "max"],
    price: { input: 4, output: 20, cacheRead: 0.2, cacheWrite: 5 },
  });
  expect(models.find(({ id }) => id === "claude-haiku-4-5")?.efforts).toEqual([]);
  await api.close();
});

test("all pages are read, retired models left out, newer ones of an unknown kind first among themselves", async () => {
  const provider = createAnthropicProvider({
    apiKey: "sk-test",
    fetch: listing(
      {
        data: [
          { id: "new-1", created_at: "2026-01-01T00:00:00Z" },
          { id: "claude-opus-3", lifecycle: "retired" },
          { id: "claude-sonnet-5-5", display_name: "Claude Sonnet 5.5", lifecycle: "active" },
        ],
        has_more: true,
        last_id: "claude-sonnet-5-5",
      },
      { data: [{ id: "new-2", created_at: "2026-02-01T00:00:00Z" }, { nameless: true }], has_more: false },
    ),
  });
  const models = await provider.models(signal);
  expect(models.map(({ id }) => id)).toEqual(["claude-sonnet-5-5", "new-2", "new-1"]);
  expect(models[0]?.contextTokens).toBe(1_000_000);
  expect(models[1]).toEqual({
    id: "new-2",
    name: "new-2",
    contextTokens: 200_000,
    maxOutputTokens: 32_000,
    efforts: [],
  });
});

test("a compatible server without a list has no models to offer, but a wrong key is still one", async () => {
  const without: typeof fetch = async () => new Response("404 page not found", { status: 404 });
  const local = { apiKey: "x", baseUrl: "http://localhost:8080" };
  expect(await createAnthropicProvider({ ...local, fetch: without }).models(signal)).toEqual([]);
  const api = await startFakeApi({ keys: ["sk-right"] });
  await expect(
    createAnthropicProvider({ apiKey: "sk-wrong", baseUrl: api.url }).models(signal),
  ).rejects.toMatchObject({
    kind: "auth",
  });
  await api.close();
});

test("the fallback table has no model twice, and knows dated ids", () => {
  const ids = FALLBACK_MODELS.map(({ id }) => id);
  expect(new Set(ids).size).toBe(ids.length);
  expect(factsOf("claude-haiku-4-5-20251001")?.id).toBe("claude-haiku-4-5");
  expect(factsOf("gpt-9")).toBeUndefined();
});
