import assert from "node:assert/strict";
import { test } from "node:test";
import { fetchUser, fetchUsers } from "../src/index.js";

test("fetchUser gets one", () => assert.equal(fetchUser(2).name, "Grace"));
test("fetchUsers gets all", () => assert.equal(fetchUsers().length, 2));
