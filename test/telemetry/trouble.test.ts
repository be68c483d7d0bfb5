import { expect, test } from "vitest";
import { text } from "../../src/core/message.ts";
import { call, reply, say } from "../support/fake-api/replies.ts";
import { startWorld } from "../support/start-app.ts";
import { startWatching } from "./watching.ts";

const go = [text("Go.")];
const script = () => [reply(call("Read", { file_path: "a.txt" })), reply(say("Done."))];
const files = { "a.txt": "A" };
/** Without a bound of ours it would be waited for that long. */
const patient = { environment: { OTEL_EXPORTER_OTLP_TIMEOUT: "120000" } };

test("a collector that is not there costs a turn nothing, and the end at most two seconds; what was lost is said", async () => {
  const { receiver, options, lost } = await startWatching(patient);
  await receiver.close();
  const world = await startWorld({ script: script(), files });
  const app = await world.open(options);
  expect(await app.prompt(go, "now")).toBe("done");
  const before = performance.now();
  await app.close();
  expect(performance.now() - before).toBeLessThan(15_000);
  expect(lost).toEqual([
    "The collector did not take everything (no answer in time): 4 of 4 spans of this session may be missing there.",
  ]);
});

test("a collector that never answers is left after two seconds", async () => {
  const { options, lost } = await startWatching(patient, () => "hang");
  const world = await startWorld({ script: script(), files });
  const app = await world.open(options);
  expect(await app.prompt(go, "now")).toBe("done");
  const before = performance.now();
  await app.close();
  expect(performance.now() - before).toBeLessThan(15_000);
  expect(lost[0]).toContain("no answer in time");
});

test("what a collector refuses is said with its status, and not with its words", async () => {
  const { options, lost } = await startWatching({}, () => 401);
  const world = await startWorld({ script: script(), files });
  const app = await world.open(options);
  await app.prompt(go, "now");
  await app.close();
  expect(lost[0]).toContain("(HTTP 401): 4 of 4 spans");
});

test("who turns it off while a session is open is not told of any more", async () => {
  let isOn = true;
  const { receiver, options, lost } = await startWatching({ isOn: () => isOn });
  const world = await startWorld({ script: script(), files });
  const app = await world.open(options);
  await app.prompt(go, "now");
  isOn = false;
  await app.close();
  expect(receiver.bytes).toEqual([]);
  expect(lost).toEqual([undefined]);
});

test("a session in which nothing was asked sends nothing", async () => {
  const { receiver, options, lost } = await startWatching();
  const world = await startWorld({ script: [] });
  const app = await world.open(options);
  app.setMode("plan");
  await app.close();
  expect(receiver.bytes).toEqual([]);
  expect(lost).toEqual([undefined]);
});

test("a collector that is busy for a moment gets it all once it is not", async () => {
  const answers = [503];
  const { receiver, options, lost } = await startWatching(
    { environment: { OTEL_BSP_SCHEDULE_DELAY: "10" } },
    () => answers.pop() ?? 200,
  );
  const world = await startWorld({ script: script(), files });
  const app = await world.open(options);
  await app.prompt(go, "now");
  await expect.poll(() => receiver.spans.length, { timeout: 15_000 }).toBe(4);
  await app.close();
  expect(lost).toEqual([undefined]);
  expect(receiver.spans).toHaveLength(4);
});
