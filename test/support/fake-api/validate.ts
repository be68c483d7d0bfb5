import { checkMarkers } from "./cache.ts";
import { checkCompaction } from "./compaction.ts";
import { checkHistory } from "./history.ts";
import { checkImages } from "./images.ts";
import { checkLimits } from "./limits.ts";
import type { ModelProfile } from "./models.ts";
import type { CountBody } from "./schema.ts";
import { type Binding, checkThinking } from "./thinking.ts";
import { toUnits, type Unit } from "./units.ts";

/**
 * Everything the API looks at in a request whose fields are right. Throws its own words; the binding that is returned signs
 * what is said next.
 */
export function validate(body: CountBody, profile: ModelProfile): { units: Unit[]; binding: Binding } {
  const units = toUnits(body);
  checkMarkers(units, body);
  checkLimits(body, units, profile);
  checkCompaction(body, profile);
  checkHistory(body, profile);
  checkImages(body);
  return { units, binding: checkThinking(units, profile) };
}
