import { testAccessibility } from "./harness/accessibility.ts";
import { SCENARIOS, SPECIAL } from "./harness/scenarios.ts";

testAccessibility(
  Object.fromEntries(Object.entries(SCENARIOS).filter(([name]) => !Object.hasOwn(SPECIAL, name))),
);
