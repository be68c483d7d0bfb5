import { expect, test } from "vitest";
import { panel, show } from "./harness/fresh-panel.ts";

test("a limit that is reached is a question with an amount, and one's own words are an answer too", async () => {
  await show("budget-question");
  await panel.page.getByText(/has cost \$4\.93 of your limit of \$5\.00/).waitFor();
  await panel.page.getByLabel("Your own answer to").fill("$7.50");
  await panel.page.getByRole("button", { name: "Answer" }).click();
  expect(await panel.postedOf("answers")).toMatchObject([{ callId: "budget-9", answers: ["$7.50"] }]);
});

test("a turn that stopped at a limit says so, and that nothing is lost", async () => {
  await show("budget-stopped");
  await panel.page.getByText(/Nothing is lost/).waitFor();
});
