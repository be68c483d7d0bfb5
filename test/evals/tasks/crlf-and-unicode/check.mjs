import { need, needOnly, read, readBefore } from "../../checks.mjs";

needOnly("texts/de.ini");
const wanted = readBefore("texts/de.ini").replace("Tschüß", "Auf Wiedersehen");
const now = read("texts/de.ini") ?? "";
need(now.startsWith("\uFEFF"), "The byte order mark is gone.");
need(!/[^\r]\n/.test(now), "Line ends were changed.");
need(now === wanted, "It is not the one line that differs.");
