import { fetchUser } from "./fetch-user.js";
import { users } from "./users.js";

export const fetchUsers = () => users.map(({ id }) => fetchUser(id));
