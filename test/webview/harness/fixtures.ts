import type { Detail } from "../../../src/core/detail.ts";
import type { HostToView } from "../../../src/protocol/view.ts";
import { Log, ROOT } from "./log.ts";
import type { PanelPage } from "./panel-page.ts";
import { pendingOf } from "./pending.ts";
import { ANSWER, CART_HUNK, TEST_OUTPUT, THOUGHT } from "./texts.ts";

export interface Scenario {
  readonly messages: () => readonly HostToView[];
  /** What a person does before the picture is taken. */
  readonly act?: (panel: PanelPage) => Promise<void>;
}

export const cartDiff: Extract<Detail, { kind: "diff" }> = {
  kind: "diff",
  path: `${ROOT}/src/cart.ts`,
  op: "modify",
  added: 3,
  removed: 3,
  hunks: [CART_HUNK],
  hiddenLines: 0,
  beforeHash: "a",
  afterHash: "b",
};

export const SCOPED = ["Bash(npm test)"];

export function fixedCart(): Log {
  const log = new Log()
    .setUp()
    .prompt("The cart total is off by one cent with three items. Find out why and fix it.");
  log.reply("I will look at how the total is computed.", THOUGHT);
  log.call(
    "Grep",
    "Search cartTotal",
    "src/cart.ts:10: export function cartTotal(\nsrc/checkout.ts:41: cartTotal(lines)",
  );
  log.call("Read", "Read src/cart.ts", "1\timport type { Line } from './line.ts';", { ms: 12 });
  log.call("Edit", "Edit src/cart.ts", "", {
    edit: { path: "src/cart.ts", added: 3, removed: 3 },
    detail: cartDiff,
  });
  log.call("Bash", "npm test -- --run", TEST_OUTPUT, {
    outcome: "failed",
    ms: 3900,
    detail: { kind: "exit", code: 1 },
  });
  log.call("Bash", "rm -rf node_modules", "", { outcome: "denied" });
  log.call("Bash", "npm test", " 48 passed", { ms: 2100, detail: { kind: "exit", code: 0 } });
  return log.reply(ANSWER).finish("done");
}

export const running = (log: Log, more: readonly HostToView[] = []): readonly HostToView[] => [
  log.snapshot(true),
  pendingOf(log),
  ...more,
];
