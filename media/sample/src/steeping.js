import { formatDuration } from "./duration.js";

const SECONDS = { green: 90, black: 240, herbal: 420, "cold brew": 30_600 };

/** How long a tea wants to steep, e.g. "green tea: 1 min 30 s". Throws for a tea nobody knows. */
export function describeSteeping(tea) {
  const seconds = SECONDS[tea];
  if (seconds === undefined) throw new Error(`Nobody here knows ${tea} tea.`);
  return `${tea} tea: ${formatDuration(seconds)}`;
}
