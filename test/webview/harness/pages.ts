import { PROTOCOL } from "../../../src/protocol/view.ts";
import { fixedCart, running, type Scenario } from "./fixtures.ts";
import { Log, ROOT, START } from "./log.ts";

/** Menus, lists and everything around the conversation. */
export const PAGES: Readonly<Record<string, Scenario>> = {
  agent: {
    messages: () => {
      const log = new Log()
        .setUp()
        .prompt("Which modules use the cart?")
        .reply("I will send somebody to look.");
      const callId = log.start("Agent", "Agent: Find users of the cart");
      const agentId = `main/${callId}`;
      log.add(
        {
          type: "agent.started",
          name: "explore",
          description: "Find users of the cart",
          parentCallId: callId,
        },
        "a1",
      );
      log.call("Glob", "src/**/*.ts", "41 files", { agentId });
      log.call("Grep", "cartTotal", "3 matches", { agentId });
      log.call("Read", "src/checkout.ts", "1\t…", { agentId });
      log.start("Read", "src/report/monthly/summary-of-all-regions.ts", agentId);
      return running(log);
    },
  },
  history: {
    messages: () => [
      fixedCart().snapshot(),
      { type: "focus", target: "history" },
      {
        type: "sessions",
        sessions: [
          {
            id: "session-1",
            title: "The cart total is off by one cent with three items",
            at: START - 60_000,
            isLocked: true,
          },
          { id: "s2", title: "Explain the build", at: START - 7_200_000, isLocked: false },
          {
            id: "s3",
            title: "Port the report generator to the new template engine and keep the old output",
            at: START - 90_000_000,
            isLocked: true,
          },
          { id: "s4", title: "Add sign-in with passkeys", at: START - 20 * 86_400_000, isLocked: false },
        ],
      },
    ],
    act: ({ page }) => page.getByRole("button", { name: "Delete Add sign-in with passkeys" }).click(),
  },
  banners: {
    messages: () => [
      new Log().setUp().snapshot(false, {
        account: "tour",
        isTrusted: false,
        hasFolder: false,
        readOnlyBecause: "another window is writing this conversation.",
      }),
    ],
  },
  "mode-menu": {
    messages: () => {
      const log = fixedCart();
      log.add({ type: "mode", mode: "bypass" });
      return [log.snapshot()];
    },
    act: ({ page }) => page.getByRole("button", { name: "Mode: Bypass" }).click(),
  },
  "model-menu": {
    messages: () => [fixedCart().snapshot()],
    act: ({ page }) => page.getByRole("button", { name: /^Model:/ }).click(),
  },
  mention: {
    messages: () => [fixedCart().snapshot()],
    act: async (panel) => {
      await panel.page.getByLabel("Message to Plumb").fill("Look at @car");
      const { requestId } = await panel.nextOf("files");
      await panel.deliver({
        type: "files",
        requestId,
        files: [
          "src/cart.ts",
          "test/cart.test.ts",
          "src/components/checkout/cart-summary/cart-summary-line.tsx",
        ].map((label) => ({ path: `${ROOT}/${label}`, label })),
      });
    },
  },
  jump: {
    messages: () => [fixedCart().snapshot(true)],
    act: async (panel) => {
      await panel.page.locator(".scroller").hover();
      await panel.page.mouse.wheel(0, -900);
      await panel.page.waitForFunction(() => document.querySelector(".jump-pill"));
      const log = fixedCart();
      await panel.deliver({
        type: "event",
        event: { ...log.add({ type: "notice", kind: "info", text: "One more thing." }), seq: 900, at: START },
      });
    },
  },
  updated: {
    messages: () => [{ ...new Log().snapshot(), ...{ protocol: PROTOCOL + 1 } }],
  },
};
