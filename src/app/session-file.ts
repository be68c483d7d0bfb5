import { crc32 } from "node:zlib";
import * as z from "zod";
import { AgentEvent } from "../core/event.ts";

/**
 * One record a line: `{"v":1,"crc":"<8 hex>","event":{…}}`. The checksum is the CRC-32 of the event's JSON exactly
 * as it stands in the line, so a reader never depends on how its own serialiser orders keys.
 */
const VERSION = 1;
const HEAD = /^\{"v":(\d+),"crc":"([0-9a-f]{8})","event":/;

export function encodeRecord(event: AgentEvent): string {
  const json = JSON.stringify(event);
  return `{"v":${VERSION},"crc":"${checksum(json)}","event":${json}}\n`;
}

export interface SessionFile {
  readonly events: readonly AgentEvent[];
  /** True when something without a line end follows the last record. */
  readonly isTorn: boolean;
  /** Records that were skipped because they were damaged. */
  readonly damaged: number;
  /** Written by a newer Plumb: can be read, must not be continued. */
  readonly isNewer: boolean;
}

/** Reads what can be read: damaged records are skipped, unknown ones kept as `unknown`, a torn tail is left out. */
export function decodeSession(content: string): SessionFile {
  const end = content.lastIndexOf("\n") + 1;
  const events: AgentEvent[] = [];
  let damaged = 0;
  let isNewer = false;
  for (const line of content.slice(0, end).split("\n")) {
    if (line.trim() === "") continue;
    const record = decodeRecord(line);
    if (record === "newer") isNewer = true;
    else if (record === undefined) damaged += 1;
    // The first of two records with one number wins: the second can only come from a second writer.
    else if (record.seq > (events.at(-1)?.seq ?? -1)) events.push(record);
  }
  return { events, isTorn: end < content.length, damaged, isNewer };
}

/** The records that can be read, each with its line as it stands. Those of a newer Plumb are left out. */
export function readRecords(content: string): readonly { line: string; event: AgentEvent }[] {
  const records: { line: string; event: AgentEvent }[] = [];
  for (const line of content.slice(0, content.lastIndexOf("\n") + 1).split("\n")) {
    const event = line.trim() === "" ? undefined : decodeRecord(line);
    if (event === undefined || event === "newer" || event.seq <= (records.at(-1)?.event.seq ?? -1)) continue;
    records.push({ line, event });
  }
  return records;
}

function decodeRecord(line: string): AgentEvent | "newer" | undefined {
  const head = HEAD.exec(line);
  if (!head) return undefined;
  if (Number(head[1]) > VERSION) return "newer";
  const json = line.slice(head[0].length, -1);
  if (!line.endsWith("}") || checksum(json) !== head[2]) return undefined;
  try {
    return toEvent(JSON.parse(json));
  } catch {
    return undefined;
  }
}

const Stamp = z.looseObject({ seq: z.number(), at: z.number(), agentId: z.string(), type: z.string() });

function toEvent(value: unknown): AgentEvent | undefined {
  const event = AgentEvent.safeParse(value);
  if (event.success) return event.data;
  const stamp = Stamp.safeParse(value);
  if (!stamp.success) return undefined;
  const { seq, at, agentId, type } = stamp.data;
  return { seq, at, agentId, type: "unknown", was: type };
}

const checksum = (json: string): string => crc32(json).toString(16).padStart(8, "0");
