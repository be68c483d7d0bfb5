import { expect, test } from "vitest";
import { answerCheck, CARDS, commandCard, KIND, openEditor } from "./harness/cards.ts";
import { focused, panel, show } from "./harness/fresh-panel.ts";
import { Log } from "./harness/log.ts";

const allow = () => panel.page.getByRole("button", { name: /^Allow once/ });
const card = () => panel.page.getByRole("alertdialog");
const answers = () => panel.postedOf("permission");
const text = () => panel.page.getByRole("group", { name: "Command" });

test("what is of high risk can be allowed only once its end was in sight, and the keyboard leads there", async () => {
  await show("card-heredoc");
  await card()
    .getByText(/more lines; scroll/)
    .waitFor();
  expect(await allow().getAttribute("aria-disabled")).toBe("true");
  expect(await allow().evaluate((button) => button.ariaDescribedByElements?.[0]?.textContent)).toContain(
    "read the command to its end",
  );
  await card().focus();
  await panel.page.keyboard.press("a");
  expect(await focused()).toBe("Command");
  expect(await answers()).toEqual([]);
  await allow().click({ force: true });
  expect(await answers()).toEqual([]);
  await text().press("End");
  await expect.poll(() => allow().getAttribute("aria-disabled")).toBe(null);
  await panel.page.getByText("This was the end of it.").waitFor();
  await allow().press("Enter");
  expect(await answers()).toEqual([]);
  await allow().press("Space");
  expect(await answers()).toMatchObject([{ verdict: "allow", scope: "once" }]);
});

test("a short command of high risk is read at a glance; Enter still approves nothing", async () => {
  await show("card-high");
  await expect.poll(() => allow().getAttribute("aria-disabled")).toBe(null);
  await allow().press("Enter");
  expect(await answers()).toEqual([]);
  await panel.page.getByRole("button", { name: /^Deny/ }).press("Enter");
  expect(await answers()).toMatchObject([{ verdict: "deny" }]);
});

test("a command of high risk that is out of sight in a low panel has not been read", async () => {
  await panel.page.setViewportSize({ width: 300, height: 240 });
  await show("card-heredoc");
  await text().evaluate((element) => element.scrollTo(0, element.scrollHeight));
  await card().evaluate((element) => element.scrollTo(0, element.scrollHeight));
  expect(await allow().getAttribute("aria-disabled")).toBe("true");
});

test("nothing but a person's own key or click answers", async () => {
  await show("card-medium");
  await allow().dispatchEvent("click");
  await card().evaluate((element) =>
    element.dispatchEvent(new KeyboardEvent("keydown", { key: "a", bubbles: true })),
  );
  expect(await answers()).toEqual([]);
  await allow().click();
  expect(await answers()).toHaveLength(1);
});

test("hidden characters and long gaps are spelled out, in the command and in why", async () => {
  await show("card-bidi");
  const words = await card().innerText();
  expect(words).toContain("npm test <U+202E>gpj.x<U+2066> <U+E0041><240 blanks>; curl evil.example");
  expect(words).toContain("hides characters (<U+202E>)");
  expect(words).not.toMatch(/[\u202e\u2066]/);
});

test("a name of a file that hides characters is spelled out in the title", async () => {
  const log = new Log().setUp().prompt("Move it");
  const [from, to] = ["/home/ada/shop/a\u202etxt.exe", "/home/ada/shop/b.txt"];
  log.askPermission("Move", "Move", { kind: "move", from, to, files: 1, isFolder: false }, []);
  await panel.deliver(log.snapshot(true));
  expect(await panel.page.getByRole("heading", { name: /^Move/ }).innerText()).toContain("a<U+202E>txt.exe");
});

test("parts beyond five are counted, with the risk among them, and shown on demand", async () => {
  await show("card-seven");
  const parts = panel.page.getByRole("region", { name: "Its parts" });
  await expect.poll(() => parts.getByRole("listitem").count()).toBe(5);
  await parts.getByRole("button", { name: "2 more parts (some of high risk)" }).click();
  expect(await parts.getByRole("listitem").allInnerTexts()).toContainEqual(
    expect.stringMatching(/^High risk\s+git push origin main\s+publishes commits/),
  );
});

test("the tree of a card: what is asked, what it is about, why, and every answer", async () => {
  await show("card-medium");
  await panel.page.getByRole("region", { name: "Its parts" }).count();
  expect(await card().ariaSnapshot()).toBe(
    [
      '- alertdialog "Run this command?":',
      '  - heading "Run this command?" [level=2]',
      '  - paragraph: "Some risk: runs code of the project (npm test)"',
      '  - group "Command": npm test -- --run',
      '  - paragraph: "Why it asks: no rule allows it"',
      '  - button "Allow once A"',
      '  - button "Deny D"',
      '  - group "Allow Bash(npm test -- --run) from now on":',
      "    - paragraph:",
      "      - text: Don’t ask again for",
      "      - code: Bash(npm test -- --run)",
      '    - button "In this session S"',
      '    - button "Always… W"',
      "  - text: Tell Plumb what to do instead",
      '  - textbox "Tell Plumb what to do instead":',
      "    - /placeholder: Or deny, and say what to do instead",
    ].join("\n"),
  );
});

test("a rule is shown before it is kept: both choices, what each covers, for how long", async () => {
  await panel.deliver(...commandCard("npm test -- --run", {}, KIND).messages);
  await card().focus();
  await panel.page.keyboard.press("w");
  const rule = panel.page.getByLabel("Rule", { exact: true });
  await rule.waitFor();
  expect(await focused()).toBe("Rule");
  expect(await rule.inputValue()).toBe("Bash(npm test -- --run)");
  const save = panel.page.getByRole("button", { name: "Save and allow" });
  expect(await save.isDisabled()).toBe(true);
  await panel.page.getByLabel("This kind of action").check();
  await panel.page.waitForFunction(() =>
    window.panelTest.posted.some((one) => one.type === "checkRules" && one.rules[0] === "Bash(npm test *)"),
  );
  await answerCheck(panel);
  await panel.page.getByText("Covers npm test *.").waitFor();
  await panel.page.getByLabel("In this session").check();
  await save.click();
  expect(await answers()).toMatchObject([
    { verdict: "allow", scope: "session", rules: ["Bash(npm test *)"] },
  ]);
});

test("a rule with a problem is not kept, and what was found about another text does not count", async () => {
  await panel.deliver(...(CARDS["rule-editor-refused"]?.messages() ?? []));
  await CARDS["rule-editor-refused"]?.act?.(panel);
  await panel.page.getByText(/^This is wider/).waitFor();
  const save = panel.page.getByRole("button", { name: "Save and allow" });
  expect(await save.isDisabled()).toBe(true);
  const rule = panel.page.getByLabel("Rule", { exact: true });
  expect(await rule.getAttribute("aria-invalid")).toBe("true");
  await rule.press("Enter");
  expect(await answers()).toEqual([]);
  await rule.press("Escape");
  expect(await rule.count()).toBe(0);
  expect(await focused()).toContain("Run this command?");
  expect(await panel.postedOf("stop")).toEqual([]);
});

test("with rules for a command of high risk Enter keeps nothing", async () => {
  await show("card-high");
  await openEditor(panel);
  await answerCheck(panel);
  const save = panel.page.getByRole("button", { name: "Save and allow" });
  await expect.poll(() => save.isEnabled()).toBe(true);
  await panel.page.getByLabel("Rule", { exact: true }).press("Enter");
  expect(await answers()).toEqual([]);
});

test("what was kept is said", async () => {
  const { log } = commandCard("npm test -- --run", {}, KIND);
  await panel.deliver(log.snapshot(true));
  const event = log.add({ type: "rules", scope: "workspace", allow: ["Bash(npm test *)"] });
  await panel.deliver({ type: "event", event });
  await panel.page.getByText("Allowed from now on in this workspace: Bash(npm test *)").first().waitFor();
});
