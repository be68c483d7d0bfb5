import { load, need, read } from "../../checks.mjs";

const { clamp } = await load("src/index.js");
need(typeof clamp === "function", "clamp is not exported.");
need(clamp(5, 1, 3) === 3 && clamp(-5, 1, 3) === 1 && clamp(2, 1, 3) === 2, "clamp does not clamp.");
let thrown;
try {
  clamp(1, 3, 2);
} catch (error) {
  thrown = error;
}
need(thrown instanceof RangeError, "A low end above the high one is not refused with a RangeError.");
const text = read("src/clamp.js") ?? "";
need(text.startsWith("// SPDX-License-Identifier: MIT\n"), "The first line of src/clamp.js.");
need(/\/\*\*[\s\S]*\*\/\s*export /.test(text), "clamp has no doc comment.");
need(/- added: median\n- added: clamp\n?$/.test(read("CHANGES.md")), "The line in CHANGES.md.");
const exported = [...read("src/index.js").matchAll(/export \{ (\w+)/g)].map(([, name]) => name);
need(exported.join() === "average,clamp,median", `The order in src/index.js: ${exported}`);
