import type { Detector } from "./found.ts";
import { looksLikePassword } from "./looks.ts";

/** The rest of a line of `.pgpass`, from the port on: host:port:database:user:password */
const FROM_PORT = /:(?:[0-9]{4,5}|\*):[^\s:]{1,64}:[^\s:]{1,64}:([^\s:]{6,200})(?=[\n\r]|$)/y;
const HOST = /(?:^|[\n\r])[ \t+-]{0,8}[\w.*-]{1,255}$/;

/** Passwords of PostgreSQL's password file, which has no names in it. */
export const passwordFiles: Detector = {
  anchors: [":*:", ...Array.from({ length: 100 }, (_, i) => `:${String(i).padStart(2, "0")}`)],
  find(text, at, found) {
    FROM_PORT.lastIndex = at;
    const match = FROM_PORT.exec(text);
    const secret = match?.[1] ?? "";
    if (!match || !looksLikePassword(secret, true) || !HOST.test(text.slice(Math.max(0, at - 300), at)))
      return;
    const end = at + match[0].length;
    found.push({ from: at, start: end - secret.length, end, kind: "password" });
  },
};
