import { need, needOnly, read, readBefore } from "../../checks.mjs";

needOnly("data/stock.js");
const wanted = readBefore("data/stock.js").replace(/(id: 7431, .*cents: )\d+/, "$199");
need(read("data/stock.js") === wanted, "It is not that one price that differs.");
