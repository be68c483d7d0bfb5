import { httpFetch } from "../../src/hosts/node/http-fetch.ts";

// All of what can go wrong, once more by the way that the program's own requests take.
globalThis.fetch = httpFetch;
await import("./failures.test.ts");
