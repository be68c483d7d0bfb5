import { mkdirSync, writeFileSync } from "node:fs";
import { gzipSync } from "node:zlib";

const PATHS = ["/", "/cart", "/cart/items", "/search", "/login", "/status/500", "/export"];
let state = 7;
const next = (below) => {
  state = (state * 1_103_515_245 + 12_345) % 2_147_483_648;
  return Math.floor((state / 2_147_483_648) * below);
};
mkdirSync("logs");
for (let day = 1; day <= 6; day += 1) {
  const lines = Array.from({ length: 1_500 }, () => {
    const path = PATHS[next(PATHS.length)];
    const isBad = next(100) < PATHS.indexOf(path) * 4;
    const status = isBad ? [500, 502, 503][next(3)] : [200, 200, 304, 404][next(4)];
    return `2026-03-0${day}T10:00:00Z GET ${path}${next(3) === 0 ? `?q=${next(900)}` : ""} ${status} ${next(900)}`;
  });
  const text = `${lines.join("\n")}\n`;
  if (day > 3) writeFileSync(`logs/access.${day}.log`, text);
  else writeFileSync(`logs/access.${day}.log.gz`, gzipSync(text));
}
