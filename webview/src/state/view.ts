import type { Row, Status, ToolRow } from "../../../src/core/rows.ts";
import { Transcript } from "../../../src/core/transcript.ts";
import type { TrayPage } from "../../../src/protocol/slash.ts";
import type { HostToView, SessionSummary, Surroundings } from "../../../src/protocol/view.ts";
import type { Announcement } from "./announce.ts";
import { type EditOutcome, NOTHING_PENDING, type PendingView } from "./pending.ts";

export type FileHit = Extract<HostToView, { type: "files" }>["files"][number];
export type ProposalState = Omit<Extract<HostToView, { type: "proposal" }>, "type">;
export type Toast = { readonly id: number; readonly level: "info" | "error"; readonly text: string };
export type Command = Extract<HostToView, { type: "compose" | "focus" }>;

/** Everything the panel draws, as of one frame. A new object whenever anything in it changed. */
export interface View {
  readonly phase: "connecting" | "ready" | "mismatch";
  readonly page: "chat" | "history";
  readonly sessionId: string;
  /** Only rows that are drawn. */
  readonly rows: readonly Row[];
  /** How often older rows were put in front: tells the list to hold the reader's place. */
  readonly prepends: number;
  readonly hasOlder: boolean;
  readonly status: Status;
  readonly isRunning: boolean;
  readonly surroundings: Surroundings;
  /** What was typed before the panel was closed; counts up with every snapshot. */
  readonly draft: { readonly text: string; readonly from: number };
  /** The page of the tray about the model's window; undefined while it is closed. */
  readonly tray: TrayPage | undefined;
  /** What the host said last about the model's window. */
  readonly context: Extract<HostToView, { type: "context" }> | undefined;
  /** Room is made because the person wanted it: now, or before the next request. */
  readonly compacting: Extract<HostToView, { type: "compacting" }>["state"];
  /** Limits in US dollars that are near or reached. */
  readonly limits: Extract<HostToView, { type: "limits" }>["near"];
  readonly sessions: readonly SessionSummary[] | undefined;
  readonly files: { readonly requestId: number; readonly hits: readonly FileHit[] };
  readonly toasts: readonly Toast[];
  readonly announcement: (Announcement & { readonly id: number }) | undefined;
  /** What the user has made of a card that was touched last; other cards are as they were asked. */
  readonly proposal: ProposalState | undefined;
  /** What the host said last about rules that somebody writes on a card. */
  readonly rulesChecked: Extract<HostToView, { type: "rulesChecked" }> | undefined;
  /** The oldest call that waits for the user. */
  readonly waiting: ToolRow | undefined;
  readonly pending: PendingView;
  /** What became of the edits that somebody looked at, by their id. */
  readonly outcomes: ReadonlyMap<string, EditOutcome>;
}

export const NOWHERE: Surroundings = {
  account: "key",
  isTrusted: true,
  hasFolder: true,
  platform: "linux",
  roots: [],
  canBypass: false,
  isAway: false,
  models: [],
  model: "",
  effort: "",
  attachments: [],
};

export const BLANK: View = {
  phase: "connecting",
  page: "chat",
  sessionId: "",
  rows: [],
  prepends: 0,
  hasOlder: false,
  status: new Transcript().status,
  isRunning: false,
  surroundings: NOWHERE,
  draft: { text: "", from: 0 },
  tray: undefined,
  context: undefined,
  compacting: "off",
  limits: [],
  sessions: undefined,
  files: { requestId: 0, hits: [] },
  toasts: [],
  announcement: undefined,
  proposal: undefined,
  rulesChecked: undefined,
  waiting: undefined,
  pending: NOTHING_PENDING,
  outcomes: new Map(),
};

/** Rows that are facts of the log but nothing to look at. */
export const isDrawn = (row: Row): boolean =>
  !(row.kind === "notice" && row.notice === "empty") && !(row.kind === "finished" && row.outcome === "done");

/** The tool row of a call, sub-agents' included; searched from the newest. */
export function findTool(rows: readonly Row[], callId: string): ToolRow | undefined {
  for (const row of rows.toReversed()) {
    if (row.kind !== "tool") continue;
    if (row.key === callId) return row;
    const inside = findTool(row.children, callId);
    if (inside) return inside;
  }
  return undefined;
}
