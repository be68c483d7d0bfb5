import type { AppOptions } from "../app/app-options.ts";
import type { PriceOf } from "../core/cost.ts";
import { AgentError } from "../core/errors.ts";
import { isCollector } from "../core/telemetry-choice.ts";
import { readUserTelemetry } from "../hosts/node/user-telemetry.ts";
import { factsOf } from "../models/model-table.ts";
import { watcher } from "../telemetry/watch-session.ts";
import type { Caller } from "./options.ts";
import { VERSION } from "./version.ts";

/** Who tells the user's collector of a session, if they want that. Rejects with `invalid_input` for an address that is none. */
export async function watching(
  settings: string | undefined,
  environment: Readonly<Record<string, string | undefined>>,
  { priceOf, sending }: Pick<Caller, "sending"> & { readonly priceOf: PriceOf },
): Promise<Pick<AppOptions, "watch">> {
  const choice = await readUserTelemetry(settings, environment);
  if (!choice) return {};
  if (choice.endpoint !== undefined && !isCollector(choice.endpoint))
    throw new AgentError(
      "invalid_input",
      `"telemetry.endpoint" of your settings is no http or https address.`,
    );
  return {
    watch: watcher(
      {
        ...{ ...choice, version: VERSION, environment, provider: "anthropic" },
        priceOf: (model) => priceOf(model) ?? factsOf(model)?.price,
        isOn: () => true,
      },
      sending,
    ),
  };
}
