import { load, need, needOnly, testsPass } from "../../checks.mjs";

needOnly("src/duration.js");
need(testsPass(), "The tests fail.");
const { parseDuration } = await load("src/duration.js");
const CASES = { "1h5m": 3_900, "90s": 90, "12h": 43_200, "1d2h3m4s": 93_784, "100m": 6_000, "0s": 0 };
for (const [text, seconds] of Object.entries(CASES))
  need(parseDuration(text) === seconds, `${text} is ${parseDuration(text)}`);
for (const text of ["", "h", "1h-5m", "1.5h"]) {
  let isRefused = false;
  try {
    parseDuration(text);
  } catch {
    isRefused = true;
  }
  need(isRefused, `"${text}" is taken for a duration.`);
}
