/**
 * Loaded before a program: kills it, as `kill -9` does, right before or right after its n-th change of the disk, and notes
 * each change, so that a test knows how many there are.
 */
import fs, { appendFileSync } from "node:fs";
import { syncBuiltinESMExports } from "node:module";

const [, at = "0", when = "before", journal = ""] =
  /^(\d+):(before|after):(.*)$/.exec(process.env.PLUMB_TEST_KILL ?? "") ?? [];
const note = appendFileSync;
let count = 0;
let isNoting = false;
const kill = () => process.kill(process.pid, "SIGKILL");

function enter(name, target) {
  count += 1;
  if (count === Number(at) && when === "before") kill();
  const mine = count;
  if (at === "0" && !isNoting) {
    isNoting = true;
    note(journal, `${name} ${typeof target === "string" ? target : ""}\n`);
    isNoting = false;
    count = mine;
  }
  return mine;
}
const leave = (mine) => {
  if (mine === Number(at) && when === "after") kill();
};
/** Opening counts when it makes or empties a file. */
const isChange = (name, args) =>
  !/^open/.test(name) ||
  Number(args[1] ?? 0) & (fs.constants.O_CREAT | fs.constants.O_TRUNC) ||
  /[wa]/.test(String(args[1]));

for (const name of [
  "openSync",
  "writeSync",
  "writeFileSync",
  "renameSync",
  "linkSync",
  "unlinkSync",
  "mkdirSync",
  "ftruncateSync",
  "rmdirSync",
]) {
  const real = fs[name];
  fs[name] = (...args) => {
    if (!isChange(name, args)) return real(...args);
    const mine = enter(name, args[0]);
    const result = real(...args);
    leave(mine);
    return result;
  };
}
for (const name of [
  "open",
  "writeFile",
  "rename",
  "link",
  "unlink",
  "mkdir",
  "rm",
  "rmdir",
  "appendFile",
  "truncate",
]) {
  const real = fs.promises[name];
  fs.promises[name] = async (...args) => {
    if (!isChange(name, args)) return real(...args);
    const mine = enter(name, args[0]);
    const result = await real(...args);
    leave(mine);
    return result;
  };
}
syncBuiltinESMExports();
