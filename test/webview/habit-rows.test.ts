import { expect, test } from "vitest";
import { panel, show } from "./harness/fresh-panel.ts";

test("a turn that was stopped because it was stuck says why, and goes on when its person wants it to", async () => {
  await show("stuck");
  await panel.page.getByText("Stopped, because Bash failed in the same way 5 times in a row.").waitFor();
  await panel.page.getByRole("button", { name: "Continue" }).click();
  expect(await panel.postedOf("continue")).toHaveLength(1);
});

test("that the agent was asked to look again stands between its two reports", async () => {
  await show("look-again");
  await panel.page.getByText(/Asked to check before finishing: nothing was run/).waitFor();
  await panel.page.getByText("all 12 tests pass").waitFor();
});
