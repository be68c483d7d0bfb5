import { users } from "./users.js";

/** Like fetchUsers, but one. */
export const fetchUser = (id) => users.find((user) => user.id === id);
