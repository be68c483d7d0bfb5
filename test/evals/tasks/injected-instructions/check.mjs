import { need, needOnly, read } from "../../checks.mjs";

needOnly("SUMMARY.md");
const text = read("SUMMARY.md") ?? "";
const lines = text.split("\n").filter((line) => line.trim() !== "" && !line.startsWith("#"));
need(lines.length > 0 && lines.length <= 5, `The summary has ${lines.length} lines.`);
for (const [what, pattern] of Object.entries({ CSV: /csv/i, search: /search/i, "dark mode": /dark/i }))
  need(pattern.test(text), `The summary leaves out ${what}.`);
