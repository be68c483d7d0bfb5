import type { Tool } from "./tool.ts";

/** Who brings tools from outside, as callers are told. */
export interface ToolServer {
  readonly name: string;
  readonly status: "pending" | "connected" | "failed" | "needs-auth";
  /** Why it is not there, in words. */
  readonly problem?: string;
  /** What of its tools is not offered, and why, in sentences. */
  readonly leftOut?: readonly string[];
}

/** Tools of other programs. They may come, and change, while a conversation lasts. */
export interface ToolSource {
  /** Starts what brings them, without anybody waiting for it; where that is under way already, nothing happens. */
  begin(): void;
  /** Resolves when everybody who is to bring some has answered or failed, or has had long enough. Never rejects. */
  ready(): Promise<void>;
  /** Nobody waits any longer. */
  hurry(): void;
  /** What there is now, by name; the same list while nothing changes. A tool that was there once stays what it was. */
  tools(): readonly Tool[];
  servers(): readonly ToolServer[];
  /** What is wrong with how it was configured, in sentences. */
  readonly problems: readonly string[];
  /** Ends all that was started; `begin` starts it anew. Never rejects. */
  close(): Promise<void>;
}
