import { useEffect, useState } from "react";

type Late = typeof import("../late.ts").LATE;

let found: Late | undefined;

/** What is loaded late, once it is here; asked for when it is needed. Suspense would hold it back for a third of a second. */
export function useLate(isNeeded: boolean): Late | undefined {
  const [late, setLate] = useState(found);
  useEffect(() => {
    if (!isNeeded || late) return;
    void import("../late.ts").then(({ LATE }) => {
      found = LATE;
      setLate(LATE);
    });
  }, [isNeeded, late]);
  return late;
}
