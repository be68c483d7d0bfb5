import { afterAll, beforeAll, expect, test } from "vitest";
import { gate, reply, say } from "../support/fake-api/replies.ts";
import { createNetwork, type Network } from "./support/network.ts";
import { composer, newChat, type ScriptedUi, send, startScripted } from "./support/scripted.ts";

let it: ScriptedUi;
let network: Network;
beforeAll(async () => {
  network = await createNetwork(() => it.api.url);
  it = await startScripted({ env: { ANTHROPIC_BASE_URL: network.url } });
});
afterAll(async () => {
  await it.ui.stop();
  await network.down();
});

const countdown = /trying again/;

test("without a network the first message is kept, the wait is counted down, and Stop ends it at once", async () => {
  const panel = await newChat(it.ui);
  await send(panel, "Is anybody there?");
  await panel.getByText(countdown).waitFor();
  await it.ui.shot("network-down");
  await panel.getByText("refused the connection").first().waitFor();
  await panel.getByText(countdown).locator("..").getByRole("button", { name: "Stop" }).click();
  await panel.getByText("Stopped", { exact: false }).first().waitFor();
  expect(await panel.getByText("Is anybody there?").count()).toBeGreaterThan(0);
  await it.ui.shot("network-stopped");
  await network.up();
  it.plan(reply(say("I am here now.")));
  await panel.getByRole("button", { name: "Continue" }).click();
  await panel.getByText("I am here now.").waitFor();
});

test("a connection that is cut in the middle of a reply is found again without anything being said twice", async () => {
  const panel = await newChat(it.ui);
  it.plan(
    reply(say("The beginning"), gate(new Promise(() => undefined))),
    reply(say("The beginning and the end.")),
  );
  await send(panel, "Tell me all");
  await panel.getByText("The beginning").waitFor();
  await network.down();
  await panel.getByText(countdown).waitFor();
  await composer(panel).fill("typed while it was away");
  await it.ui.shot("network-cut");
  await network.up();
  await panel.getByText("The beginning and the end.").waitFor();
  await expect.poll(() => panel.getByText("The beginning", { exact: true }).count()).toBe(0);
  expect(await composer(panel).inputValue()).toBe("typed while it was away");
  await it.ui.shot("network-back");
});
