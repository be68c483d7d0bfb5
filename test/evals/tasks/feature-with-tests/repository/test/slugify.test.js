import assert from "node:assert/strict";
import { test } from "node:test";
import { slugify } from "../src/slugify.js";

test("words are joined", () => assert.equal(slugify("Hello, World!"), "hello-world"));
