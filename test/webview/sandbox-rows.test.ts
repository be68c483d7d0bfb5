import { expect, test } from "vitest";
import { panel, show } from "./harness/fresh-panel.ts";

test("a command that ran in the sandbox says so, and lists what it was kept from", async () => {
  await show("sandbox-row");
  expect(await panel.page.getByText("sandbox", { exact: true }).count()).toBe(2);
  const row = panel.page.getByRole("button", { name: /npx husky init/ });
  if ((await row.getAttribute("aria-expanded")) !== "true") await row.click();
  await panel.page.getByText("The sandbox did not let it write .husky/pre-commit.").waitFor();
  await panel.page.getByText("The sandbox did not let it reach registry.npmjs.org.").waitFor();
});

test("a host gets a card that names it and the command, and can become a rule", async () => {
  await show("sandbox-host");
  const card = panel.page.getByRole("alertdialog");
  await card.getByText("Let this command reach registry.npmjs.org?").waitFor();
  await card.getByText("npm ci").first().waitFor();
  await panel.page.getByRole("button", { name: /^Allow once/ }).click();
  expect(await panel.postedOf("permission")).toMatchObject([{ verdict: "allow", scope: "once" }]);
});

test("running outside is a question of high risk of its own, and no rule", async () => {
  await show("sandbox-outside");
  const card = panel.page.getByRole("alertdialog");
  await card.getByText("Run this command again, outside of the sandbox?").waitFor();
  await card.getByText(/High risk: runs without the sandbox/).waitFor();
  expect(await panel.page.getByRole("button", { name: /^(?:Always|Session)/ }).count()).toBe(0);
});
