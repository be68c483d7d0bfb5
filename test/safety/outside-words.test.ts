import { beforeAll, expect, test } from "vitest";
import { outsideWords } from "../../src/safety/outside-words.ts";
import { loadShell } from "../../src/safety/shell/late.ts";
import { memoryPaths } from "../support/memory-host.ts";

beforeAll(loadShell);

const place = { cwd: "/w/app", roots: ["/w/app", "/w/lib"], paths: memoryPaths };

test.each([
  ["rm -rf ../other /w/lib/x ./y", ["../other"]],
  ["echo x > /etc/motd", ["/etc/motd"]],
  ["cp a.txt ~/backup/", ["~/backup/"]],
  ["cd .. && npm test", [".."]],
  ["mv a/../../../x b", ["a/../../../x"]],
  ["echo x > /w/lib/a.txt 2> /dev/null", []],
  ["sed -n '/from/p' a.txt; grep /api src; cat /etc/hosts", []],
  ["npm test", []],
  ["rm '", []],
])("%s", (command, outside) => {
  expect(outsideWords(command, place)).toEqual(outside);
});
