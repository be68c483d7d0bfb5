// npm test: needs nothing but Node and a network.
import { runScript } from "./bootstrap.mjs";

await runScript("run-tests.ts");
