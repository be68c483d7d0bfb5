import * as z from "zod";
import { TrayPage } from "./slash.ts";

const type = <const T extends string>(value: T) => z.literal(value);
const Scope = z.enum(["run", "session", "day"]);
const CallIds = z.array(z.string().max(200)).max(2_000);

/** What the host tells about the model's window. */
export const contextToView = [
  /** Open the tray at this page. */
  z.object({ type: type("tray"), page: TrayPage }),
  /** A `ContextReport`; checked by who draws it, which every start need not know. */
  z.object({ type: type("context"), sessionId: z.string(), report: z.unknown() }),
  /** Room is made because the person wanted it: now, or before the next request of the turn that runs. */
  z.object({ type: type("compacting"), state: z.enum(["off", "waiting", "on"]) }),
  /** Limits in US dollars that are near or reached; empty when none is any longer. */
  z.object({
    type: type("limits"),
    near: z.array(z.object({ scope: Scope, dollars: z.number(), spent: z.number() })),
  }),
] as const;

/** What a person does about the model's window, and commands they type. */
export const contextToHost = [
  /** A command of the list in `Surroundings`. */
  z.strictObject({ type: type("slash"), name: z.string().max(40), argument: z.string().max(10_000) }),
  /** Somebody looks at the tray, or no longer: reports are sent only meanwhile. */
  z.strictObject({ type: type("context"), isOpen: z.boolean() }),
  z.strictObject({ type: type("compact"), keep: z.string().max(10_000) }),
  z.strictObject({ type: type("stopCompacting") }),
  z.strictObject({ type: type("raiseLimit"), scope: Scope, dollars: z.number().positive().max(1_000_000) }),
  z.strictObject({ type: type("editSummary"), text: z.string().max(200_000) }),
  /** Takes results out of what is sent from now on. */
  z.strictObject({ type: type("dropResults"), callIds: CallIds }),
  /** Results, or a message by its number, that are never cleared and never summarised, or no longer so. */
  z.strictObject({
    type: type("pin"),
    callIds: CallIds,
    seq: z.int().nonnegative().optional(),
    isPinned: z.boolean(),
  }),
] as const;
