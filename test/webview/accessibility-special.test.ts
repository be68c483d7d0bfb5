import { testAccessibility } from "./harness/accessibility.ts";
import { SPECIAL } from "./harness/scenarios.ts";

testAccessibility(SPECIAL);
