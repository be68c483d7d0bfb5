import { join } from "node:path";
import { expect, test } from "vitest";
import { runCheck } from "./check.ts";
import { evals } from "./fixture.ts";
import { makePlace, removePlace } from "./place.ts";
import { loadTasks } from "./task.ts";

const tasks = loadTasks(join(import.meta.dirname, "tasks"));

test("there are tasks of many kinds", () => {
  expect(tasks.length).toBeGreaterThanOrEqual(12);
  expect(new Set(tasks.map(({ kind }) => kind)).size).toBeGreaterThanOrEqual(12);
});

test("each is passed with its recorded replies", { timeout: 120_000 }, async () => {
  const { code, printed } = await evals(["--parallel", "3"]);
  expect({ code, printed: code === 0 ? "" : printed }).toEqual({ code: 0, printed: "" });
});

test("none is passed by doing nothing", { timeout: 60_000 }, async () => {
  const passed = await Promise.all(
    tasks.map(async (task) => {
      const place = await makePlace(task);
      try {
        const { isPassed } = await runCheck(task, place, "");
        return isPassed ? [task.id] : [];
      } finally {
        await removePlace(place.base);
      }
    }),
  );
  expect(passed.flat()).toEqual([]);
});
