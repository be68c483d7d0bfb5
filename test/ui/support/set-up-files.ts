import { mkdirSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { afterAll, afterEach } from "vitest";
import { OUTPUT } from "../../dev/paths.ts";
import { runningUis } from "./start-ui.ts";

/** Whoever has to find out why a test failed gets what a person would have seen. */
afterEach(async ({ task }) => {
  if (task.result?.state !== "fail") return;
  const name = `failed-${task.name.replaceAll(/[^\w]+/g, "-")}`;
  mkdirSync(join(OUTPUT, "ui"), { recursive: true });
  for (const ui of runningUis()) {
    writeFileSync(join(OUTPUT, "ui", `${name}.log`), ui.log());
    await ui.shot(name);
  }
});

afterAll(async () => {
  for (const ui of runningUis()) await ui.stop();
});
