import assert from "node:assert/strict";
import { test } from "node:test";
import { formatDuration } from "../src/duration.js";

test("seconds become minutes", () => {
  assert.equal(formatDuration(90), "1 min 30 s");
});

test("minutes become hours", () => {
  assert.equal(formatDuration(3900), "1 h 5 min");
});

test("nothing is zero seconds", () => {
  assert.equal(formatDuration(0), "0 s");
});
