import { bill } from "./legacy/billing.js";

export const total = (items) => bill(items.reduce((sum, { cents }) => sum + cents, 0));
