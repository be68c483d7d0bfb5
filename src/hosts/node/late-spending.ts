import type { Spending } from "../../core/ports.ts";

/** What the day has cost, kept by code that is loaded with the first request. See `createSpending`. */
export function lateSpending(options: { dataDir: string; now: () => number }): Spending {
  let loading: Promise<Spending> | undefined;
  const load = (): Promise<Spending> => {
    loading ??= import("./node-spending.ts").then(({ createSpending }) => createSpending(options));
    return loading;
  };
  return {
    begin: async (dollars) => (await load()).begin(dollars),
    today: async () => (await load()).today(),
  };
}
