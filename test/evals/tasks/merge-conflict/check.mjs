import { load, need, needOnly, read } from "../../checks.mjs";

needOnly("src/basket.js");
need(!/^(<{7}|={7}|>{7})/m.test(read("src/basket.js")), "There are still marks of a conflict.");
const { total, DISCOUNTS, TAXES } = await load("src/basket.js");
const items = [
  { cents: 999, count: 3 },
  { cents: 5, count: 1 },
];
need(total(items) === 3_002, "Without anything.");
need(total(items, { discount: 0.1 }) === 2_702, "Discount alone.");
need(total(items, { tax: 0.19 }) === 3_572, "Tax alone.");
need(total(items, { discount: 0.25, tax: 0.07 }) === 2_409, "Discount, then tax.");
need(DISCOUNTS?.staff === 0.25 && TAXES?.food === 0.07, "One of the tables is gone.");
