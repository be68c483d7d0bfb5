import { files, load, need, read, testsPass } from "../../checks.mjs";

for (const path of files()) {
  need(!/\bfetchUser\b/.test(read(path)), `${path} still says fetchUser.`);
  need(!/fetch-user\b/.test(`${path}\n${read(path)}`), `${path} still names the old file.`);
}
need(read("src/load-user.js") !== undefined, "There is no src/load-user.js.");
const { loadUser, fetchUsers } = await load("src/index.js");
need(loadUser?.(1)?.name === "Ada", "loadUser does not work.");
need(fetchUsers?.().length === 2, "fetchUsers does not work.");
need(
  read("README.md").includes("`loadUser(id)`") && read("README.md").includes("`fetchUsers()`"),
  "The README.",
);
need(testsPass(), "The tests fail.");
