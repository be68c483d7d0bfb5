import assert from "node:assert/strict";
import { test } from "node:test";
import { parseDuration } from "../src/duration.js";

test("parts are added up", () => assert.equal(parseDuration("1h5m"), 3_900));
test("amounts can have two digits", () => assert.equal(parseDuration("1h30m"), 5_400));
test("what is no duration is refused", () => assert.throws(() => parseDuration("soon")));
