import { need, needOnly, read, readBefore } from "../../checks.mjs";

needOnly("config/server.jsonc");
const wanted = readBefore("config/server.jsonc")
  .replace('"requestTimeoutMs": 5000', '"requestTimeoutMs": 30000')
  .replace(/("port": 80,\s*"compression": )false/, "$1true");
need(read("config/server.jsonc") === wanted, "It is not those two values that differ.");
