import type { Browser, Locator } from "playwright-core";
import { afterAll, afterEach, beforeAll, expect, test } from "vitest";
import { fixedCart } from "./harness/fixtures.ts";
import { ROOT } from "./harness/log.ts";
import { PanelPage } from "./harness/panel-page.ts";
import { launchPanelBrowser } from "./harness/panel-server.ts";
import { entry, hunksOf, pending, restOf } from "./harness/pending.ts";
import { CART, EDIT_ID, FILES, MANY, outcome, threeHunks } from "./harness/tray.ts";

let browser: Browser;
let panel: PanelPage;
beforeAll(async () => {
  browser = await launchPanelBrowser();
});
afterAll(() => browser?.close());
afterEach(() => panel.close());

const tray = (): Locator => panel.page.getByRole("region", { name: "Changes to review" });
const button = (name: string | RegExp): Locator => panel.page.getByRole("button", { name });
const focused = (): Promise<string | null | undefined> =>
  panel.page.evaluate(() => document.activeElement?.getAttribute("aria-label"));

async function open(files = FILES): Promise<void> {
  panel = await PanelPage.open(browser, { width: 500 });
  await panel.deliver(fixedCart().snapshot(), pending(files));
  await tray().locator(".strip-head").click();
  await button("Review changes").waitFor();
}

async function unfold(): Promise<void> {
  await button(/^cart\.ts/).click();
  await panel.nextOf("hunks");
  await panel.deliver(hunksOf(CART));
  await button(/^Line 12/).waitFor();
}

test("the tray is what the host says is pending, not what the conversation holds", async () => {
  panel = await PanelPage.open(browser);
  await panel.deliver(fixedCart().snapshot());
  expect(await tray().count()).toBe(0);
  await panel.deliver(pending([CART]));
  await tray().getByText("3 hunks").waitFor();
  await panel.deliver(pending([], { isAll: false, gone: [CART.path] }));
  await tray().waitFor({ state: "detached" });
  // Of a conversation that is left, nothing is shown in the next one.
  await panel.deliver(pending([CART], { sessionId: "another" }));
  expect(await tray().count()).toBe(0);
});

test("hunks are asked for when a file is unfolded, and again when they are others", async () => {
  await open();
  expect(await panel.postedOf("hunks")).toEqual([]);
  await unfold();
  const newer = { ...CART, version: 2, hunks: 2, hash: "newer" };
  await panel.deliver(pending([newer], { isAll: false }));
  await expect.poll(async () => (await panel.postedOf("hunks")).length).toBe(2);
  // Until they are here, what was shown stays, and is still decided as it was shown.
  await button("Undo the hunk at line 12 of src/cart.ts").click();
  await panel.deliver(hunksOf(newer));
  await button(/^Line 54/).waitFor({ state: "detached" });
  await button("Keep the hunk at line 33 of src/cart.ts").click();
  const [first, second] = await panel.postedOf("decide");
  const place = { baseStart: 12, baseCount: 1, start: 12, count: 2 };
  expect(first).toEqual({ type: "decide", path: CART.path, hash: "hash-0", verdict: "undo", hunks: [place] });
  expect(second).toMatchObject({ hash: "newer", verdict: "keep", hunks: [{ baseStart: 32 }] });
});

test("a file is decided as a whole, its diff opened, its lines gone to", async () => {
  await open();
  await unfold();
  await button("Keep the changes in src/cart.ts").click();
  await button("Undo the changes in src/old-cart.ts").click();
  await button("Open the diff of src/cart.ts").last().click();
  await button(/^Line 33/).click();
  await button("Review changes").click();
  expect(await panel.postedOf("decide")).toMatchObject([
    { path: CART.path, hash: "hash-0", verdict: "keep", hunks: "all" },
    { path: `${ROOT}/src/old-cart.ts`, verdict: "undo", hunks: "all" },
  ]);
  expect(await panel.postedOf("openChanges")).toEqual([{ type: "openChanges", path: CART.path }]);
  expect(await panel.postedOf("openFile")).toEqual([{ type: "openFile", path: CART.path, line: 33 }]);
  expect(await panel.postedOf("reviewChanges")).toHaveLength(1);
});

test("the second click of a double click decides nothing; the list stays as high as it was while one works in it", async () => {
  await open();
  await unfold();
  const height = async (): Promise<number> => (await panel.page.locator(".tray").boundingBox())?.height ?? 0;
  const before = await height();
  await button("Keep the hunk at line 12 of src/cart.ts").dblclick();
  expect(await panel.postedOf("decide")).toHaveLength(1);
  await panel.deliver(pending([entry("src/checkout.ts", 1, 1)]));
  expect(await height()).toBe(before);
  await panel.page.getByRole("textbox", { name: "Message to Plumb" }).click();
  await expect.poll(height).toBeLessThan(before);
});

test("with keys the focus goes on to the same button of what comes next", async () => {
  await open();
  await unfold();
  await button("Undo the hunk at line 12 of src/cart.ts").focus();
  await panel.page.keyboard.press("Enter");
  await panel.deliver(pending([{ ...CART, version: 2, hunks: 2 }], { isAll: false }), restOf(CART));
  await expect.poll(focused).toBe("Undo the hunk at line 33 of src/cart.ts");
  await panel.deliver(pending(FILES.slice(1)));
  await expect.poll(focused).toBe("Undo the changes in src/checkout.ts");
});

test("many files come in pages, and a thousand hunks in 200 files open at once", async () => {
  panel = await PanelPage.open(browser, { width: 500 });
  await panel.deliver(fixedCart().snapshot(), pending(MANY));
  await tray().getByText("1000 hunks").waitFor();
  const open = () =>
    panel.page.evaluate(async () => {
      const head = document.querySelector<HTMLElement>("[aria-label='Changes to review'] .strip-head");
      if (head?.ariaExpanded === "true") {
        head.click();
        while (document.querySelector(".tray-files > li")) await new Promise(requestAnimationFrame);
      }
      const start = performance.now();
      head?.click();
      while (!document.querySelector(".tray-files > li")) await new Promise(requestAnimationFrame);
      await new Promise(requestAnimationFrame);
      return performance.now() - start;
    });
  // What it costs is what it takes when nothing else is in its way. The bench says what that is.
  await expect.poll(open).toBeLessThan(1_000);
  expect(await tray().getByRole("listitem").count()).toBe(60);
  await button("Show 60 more files").click();
  await expect.poll(() => tray().getByRole("listitem").count()).toBe(120);
});

test("hunks of an edit are chosen and decided together; what became of the others is said", async () => {
  panel = await PanelPage.open(browser, { width: 500, height: 1400 });
  await panel.deliver(threeHunks().snapshot(), pending([CART]));
  expect(await panel.nextOf("edit")).toEqual({ type: "edit", editId: EDIT_ID, withLines: false });
  await panel.deliver(outcome("pending", "pending", "pending"));
  await button("Show 6 more lines").click();
  await panel.page.getByRole("checkbox", { name: /^Change 2 of 3/ }).uncheck();
  await button("Undo selected changes in src/cart.ts").click();
  expect(await panel.postedOf("decideEdit")).toEqual([
    { type: "decideEdit", editId: EDIT_ID, hash: "hash-0", verdict: "undo", hunks: [0, 2] },
  ]);
  await panel.deliver(pending([{ ...CART, version: 2, hunks: 1 }], { isAll: false }));
  await expect.poll(async () => (await panel.postedOf("edit")).length).toBe(2);
  await panel.deliver(outcome("undone", "pending", "undone"));
  await panel.page.getByText(/^Change 1 of 3, line \d+ · Undone$/).waitFor();
  expect(await button("Keep selected changes in src/cart.ts").isDisabled()).toBe(true);
  await panel.page.getByRole("checkbox", { name: /^Change 2 of 3/ }).check();
  await button("Keep selected changes in src/cart.ts").click();
  expect((await panel.postedOf("decideEdit")).at(-1)).toMatchObject({ verdict: "keep", hunks: [1] });
  await panel.deliver(outcome("undone", "kept", "undone"));
  await panel.page.getByText("Partly kept").waitFor();
});
