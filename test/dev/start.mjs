// npm start: needs nothing but Node and a network.
import { runScript } from "./bootstrap.mjs";

await runScript("run-editor.ts");
