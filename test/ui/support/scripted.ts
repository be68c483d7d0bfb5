import { writeFileSync } from "node:fs";
import { join } from "node:path";
import type { FrameLocator, Locator } from "playwright-core";
import { expect } from "vitest";
import { type FakeApi, startFakeApi } from "../../support/fake-api/fake-api.ts";
import type { ModelProfile } from "../../support/fake-api/models.ts";
import { type Reply, reply, say } from "../../support/fake-api/replies.ts";
import { startUi, type Ui, type UiOptions } from "./start-ui.ts";

/** An editor whose Plumb talks to a scripted model behind the wire. */
export interface ScriptedUi {
  readonly ui: Ui;
  readonly api: FakeApi;
  /** What the model says next, in order; replaces what was left over. */
  plan(...replies: Reply[]): void;
}

export async function startScripted({
  models,
  ...options
}: UiOptions & { readonly models?: readonly ModelProfile[] } = {}): Promise<ScriptedUi> {
  let planned: Reply[] = [];
  const api = await startFakeApi({
    ...(models && { models }),
    script: () => planned.shift() ?? reply(say("The script has ended.")),
  });
  const ui = await startUi({
    ...options,
    env: { ANTHROPIC_API_KEY: "ui-test", ANTHROPIC_BASE_URL: api.url, ...options.env },
  });
  return {
    ui: {
      ...ui,
      stop: async () => {
        await ui.stop();
        await api.close();
      },
    },
    api,
    plan: (...replies) => {
      planned = replies;
    },
  };
}

export const composer = (panel: FrameLocator): Locator =>
  panel.getByRole("textbox", { name: "Message to Plumb" });

/** Types a message and sends it with Enter, as a user does. */
export async function send(panel: FrameLocator, text: string): Promise<void> {
  await composer(panel).fill(text);
  await composer(panel).press("Enter");
}

/** The card that waits for an answer. */
export const card = (panel: FrameLocator): Locator => panel.getByRole("alertdialog");

/** A reply is there a moment before its turn has ended. */
export const turnEnded = (panel: FrameLocator): Promise<void> =>
  panel.getByRole("button", { name: "Stop (Esc)" }).waitFor({ state: "detached" });

/** Begins a new chat and waits until the panel shows it: what is typed before that belongs to the old one. */
export async function newChat(ui: Ui): Promise<FrameLocator> {
  const panel = await ui.openPanel();
  const main = panel.locator("main[data-session]");
  await main.waitFor();
  // A chat that runs asks whether to stop it.
  await turnEnded(panel);
  const before = await main.getAttribute("data-session");
  await ui.vs((vscode) => vscode.commands.executeCommand("plumb.newChat"));
  await panel.locator(`main[data-session]:not([data-session="${before}"])`).waitFor();
  return panel;
}

export const tabs = (ui: Ui): Promise<string[]> =>
  ui.vs((vscode) => vscode.window.tabGroups.all.flatMap((group) => group.tabs.map(({ label }) => label)));

/** Closes every tab; what is unsaved is saved, or the editor would ask. One that the editor opens meanwhile goes as well. */
export async function closeEditors(ui: Ui): Promise<void> {
  const left = async (): Promise<string[]> => {
    await ui.vs(async (vscode) => {
      await vscode.workspace.saveAll(false);
      await vscode.commands.executeCommand("workbench.action.closeAllEditors");
    });
    return tabs(ui);
  };
  await expect.poll(left).toEqual([]);
}

/** Gives a file another text on the disk: a document that is changed gets a tab from the editor, whenever it finds the time. */
export async function rewrite(ui: Ui, path: string, wanted: string): Promise<void> {
  const file = join(ui.workspace, path);
  writeFileSync(file, wanted);
  const text = () =>
    ui.vs(
      async (vscode, name) => (await vscode.workspace.openTextDocument(vscode.Uri.file(name))).getText(),
      file,
    );
  await expect.poll(text).toBe(wanted);
}
