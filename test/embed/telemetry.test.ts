import { expect, onTestFinished, test, vi } from "vitest";
import { reply, say } from "../support/fake-api/replies.ts";
import { startReceiver } from "../support/otlp-receiver.ts";
import { named } from "../telemetry/watching.ts";
import { embedWorld } from "./world.ts";

test("a program's agents are told of where its environment wants that, each as a session of its own", async () => {
  const receiver = await startReceiver();
  onTestFinished(() => receiver.close());
  onTestFinished(() => void vi.unstubAllEnvs());
  vi.stubEnv("PLUMB_TELEMETRY", "1");
  vi.stubEnv("OTEL_EXPORTER_OTLP_ENDPOINT", receiver.url);
  const world = await embedWorld(() => reply(say("Hello.")));
  const agents = await Promise.all([world.open(), world.open()]);
  await Promise.all(agents.map((agent) => agent.send("Hi")));
  await Promise.all(agents.map((agent) => agent.close()));
  expect(receiver.problems).toEqual([]);
  const turns = named(receiver.spans, "invoke_agent plumb");
  expect(new Set(turns.map(({ attributes }) => attributes["gen_ai.conversation.id"]))).toEqual(
    new Set(agents.map(({ sessionId }) => sessionId)),
  );
});

test("a program that wants none has none", async () => {
  const receiver = await startReceiver();
  onTestFinished(() => receiver.close());
  onTestFinished(() => void vi.unstubAllEnvs());
  vi.stubEnv("OTEL_EXPORTER_OTLP_ENDPOINT", receiver.url);
  const world = await embedWorld([reply(say("Hello."))]);
  const agent = await world.open();
  await agent.send("Hi");
  await agent.close();
  expect(receiver.bytes).toEqual([]);
});
