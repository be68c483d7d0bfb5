import type { EditHunkState, PendingEntry } from "../../../src/protocol/pending.ts";
import type { HostToView } from "../../../src/protocol/view.ts";
import { cartDiff, fixedCart, type Scenario } from "./fixtures.ts";
import { Log } from "./log.ts";
import { entry, hunksOf, pending } from "./pending.ts";

export const CART = entry("src/cart.ts", 3, 0);
const LONG = "packages/checkout/src/components/summary/line-items/cart-summary-line-item-row.test.tsx";
export const FILES: readonly PendingEntry[] = [
  CART,
  entry("src/checkout.ts", 1, 1),
  entry(LONG, 12, 2),
  { ...entry("src/old-cart.ts", 0, 3), hash: "", added: 0, removed: 214, whole: "deleted" },
  { ...entry("media/logo.png", 0, 4), hash: "", added: 0, removed: 0, whole: "binary" },
];
export const MANY: readonly PendingEntry[] = Array.from({ length: 200 }, (_, index) =>
  entry(`src/reports/report-${index + 1}.ts`, 5, index),
);

const openTray: Scenario["act"] = async ({ page }) => {
  await page.getByRole("region", { name: "Changes to review" }).locator(".strip-head").click();
  await page.getByRole("button", { name: "Review changes" }).waitFor();
};

const [cartHunk] = cartDiff.hunks;
/** One edit with three hunks. */
export function threeHunks(): Log {
  const log = new Log().setUp().prompt("Round once, everywhere.");
  const hunks = [0, 40, 80].map((by) => ({
    ...cartHunk,
    oldStart: (cartHunk?.oldStart ?? 1) + by,
    newStart: (cartHunk?.newStart ?? 1) + by,
    oldLines: cartHunk?.oldLines ?? 0,
    newLines: cartHunk?.newLines ?? 0,
    lines: cartHunk?.lines ?? [],
  }));
  log.call("Edit", "Edit src/cart.ts", "", {
    edit: { path: "src/cart.ts", added: 9, removed: 9 },
    detail: { ...cartDiff, added: 9, removed: 9, hunks },
  });
  return log.finish("done");
}
export const EDIT_ID = "edit_call_1";
export const outcome = (...states: EditHunkState[]): HostToView => ({
  type: "edit",
  editId: EDIT_ID,
  hash: "hash-0",
  states,
  hiddenLines: 0,
});

/** What is pending, file by file and hunk by hunk. */
export const TRAY: Readonly<Record<string, Scenario>> = {
  tray: {
    messages: () => [fixedCart().snapshot(), pending(FILES, { canUndoTurn: true })],
    act: openTray,
  },
  "tray-hunks": {
    messages: () => [fixedCart().snapshot(), pending(FILES)],
    act: async (panel) => {
      await openTray?.(panel);
      await panel.page.getByRole("button", { name: /^cart.ts/ }).click();
      await panel.deliver(hunksOf(CART));
      await panel.page.getByRole("button", { name: /^Line 12/ }).waitFor();
    },
  },
  "tray-many": {
    messages: () => [fixedCart().snapshot(), pending(MANY)],
    act: openTray,
  },
  "edit-hunks": {
    messages: () => [threeHunks().snapshot(), pending([CART]), outcome("kept", "pending", "pending")],
    act: async ({ page }) => {
      await page.getByRole("button", { name: /^Show \d+ more lines/ }).click();
      await page.getByRole("checkbox", { name: /^Change 3 of 3/ }).uncheck();
    },
  },
};
