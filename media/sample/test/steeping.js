import assert from "node:assert/strict";
import { test } from "node:test";
import { describeSteeping } from "../src/steeping.js";

test("a tea is described with its time", () => {
  assert.equal(describeSteeping("black"), "black tea: 4 min");
});

test("an unknown tea is an error", () => {
  assert.throws(() => describeSteeping("stone"), /stone/);
});
