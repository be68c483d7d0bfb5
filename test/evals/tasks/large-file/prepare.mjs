// Twelve thousand lines that look alike.
import { mkdirSync, writeFileSync } from "node:fs";

const lines = Array.from(
  { length: 12_000 },
  (_, i) =>
    `  { id: ${i}, name: "Item ${i % 97}", cents: ${(i * 37) % 500}, tags: ["a${i % 7}", "b${i % 11}"] },`,
);
mkdirSync("data");
writeFileSync("data/stock.js", `export const stock = [\n${lines.join("\n")}\n];\n`);
