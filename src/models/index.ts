import { createAnthropicProvider } from "./anthropic.ts";

/** Every wire format we speak. Another one is one more file and one more line. */
export const WIRE_FORMATS = { anthropic: createAnthropicProvider } as const;
export type WireFormat = keyof typeof WIRE_FORMATS;

/** What a new user starts with. */
export const DEFAULT_MODEL = "claude-opus-5-5";
