import assert from "node:assert/strict";
import { test } from "node:test";
import { invoice } from "../src/invoice.js";
import { quote } from "../src/quote.js";

const items = [{ name: "Nail", cents: 3, count: 4 }];
test("an invoice", () => assert.deepEqual(invoice(items), { lines: ["4 x Nail: 0.12"], sum: 12 }));
test("a quote", () => assert.deepEqual(quote(items), { lines: ["4 x Nail: 0.12"], sum: 12 }));
