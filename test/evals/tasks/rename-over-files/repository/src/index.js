export { fetchUser } from "./fetch-user.js";
export { fetchUsers } from "./fetch-users.js";
