import { load, need, read, testsPass } from "../../checks.mjs";

const items = [
  { name: "Wire", cents: 3.5, count: 3 },
  { name: "Nothing", cents: 100, count: 0 },
  { name: "Back", cents: 100, count: -1 },
  { name: "Oil", cents: 99.9, count: 1 },
];
const { invoice } = await load("src/invoice.js");
const { quote } = await load("src/quote.js");
const wanted = {
  invoice: { lines: ["3 x Wire: 0.11", "1 x Oil: 1.00"], sum: 111 },
  quote: { lines: ["3 x Wire: 0.10", "0 x Nothing: 0.00", "1 x Oil: 0.99"], sum: 109 },
};
need(JSON.stringify(invoice(items)) === JSON.stringify(wanted.invoice), "An invoice is another one now.");
need(JSON.stringify(quote(items)) === JSON.stringify(wanted.quote), "A quote is another one now.");
for (const path of ["src/invoice.js", "src/quote.js"]) {
  need(read(path).includes("./lines.js"), `${path} does not use src/lines.js.`);
  need(!/toFixed|lines\.push/.test(read(path)), `${path} still has what they share.`);
}
need(testsPass(), "The tests fail.");
