import { expect, test } from "vitest";
import * as z from "zod";
import { httpError, reply, say } from "../support/fake-api/replies.ts";
import { embedWorld } from "./world.ts";

const reviewer = { description: "Reviews.", prompt: "You review, harshly.", tools: ["Read"] };
const Body = z.looseObject({
  model: z.string(),
  system: z.array(z.looseObject({ text: z.string() })),
  tools: z.array(z.looseObject({ name: z.string(), description: z.string().optional() })),
});

test("agents that a program describes are offered, and the session runs as one of them", async () => {
  const world = await embedWorld(() => reply(say("ok")));
  await (await world.open({ agents: { reviewer } })).send("Go");
  await (await world.open({ agents: { reviewer }, agent: "reviewer" })).send("Go");
  const [offering, being] = world.api.requests.map(({ body }) => Body.parse(body));
  const tool = offering?.tools.find(({ name }) => name === "Agent");
  expect(tool?.description).toContain("- reviewer: Reviews.");
  expect(being?.system[0]?.text).toContain("You review, harshly.");
  expect(being?.tools.map(({ name }) => name)).toEqual(["Read"]);
});

test("what is wrong with them rejects at once, and what does not count is a problem", async () => {
  const world = await embedWorld([]);
  const nobody = world.open({ agents: { reviewer }, agent: "nobody" });
  await expect(nobody).rejects.toMatchObject({
    kind: "invalid_input",
    message: expect.stringContaining('no agent "nobody"'),
  });
  const loose = { ...reviewer, permissionMode: "acceptEdits" as const };
  const { problems } = await world.open({ agents: { loose } });
  expect(problems).toEqual([expect.stringContaining("loose: its permissionMode acceptEdits")]);
});

test("another model goes on with a turn, and the events say so", async () => {
  const world = await embedWorld(({ body }) =>
    Body.parse(body).model.startsWith("claude-opus-")
      ? httpError(529, { headers: { "retry-after": "0" } })
      : reply(say("From another.")),
  );
  const agent = await world.open({ model: "opus", fallbackModels: ["sonnet"] });
  expect(await agent.send("Go")).toMatchObject({ outcome: "done", text: "From another." });
});
