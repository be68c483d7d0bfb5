import type { EventOf } from "../../core/event.ts";
import { plainText } from "../../core/message.ts";

/** What came of a call, for programs; undefined when its text says all there is. */
export function toolUseResult({ detail, content, outcome }: EventOf<"tool.finished">): unknown {
  switch (detail?.kind) {
    case "diff":
      return {
        type: detail.op === "create" ? "create" : detail.op === "delete" ? "delete" : "update",
        filePath: detail.path,
        structuredPatch: detail.hunks.map(({ oldStart, oldLines, newStart, newLines, lines }) => ({
          ...{ oldStart, oldLines, newStart, newLines, lines },
        })),
        userModified: false,
      };
    case "exit":
      return {
        stdout: plainText(content),
        stderr: "",
        interrupted: outcome === "interrupted",
        isImage: false,
        ...(detail.code !== null && { exitCode: detail.code }),
        ...(detail.taskId !== undefined && { backgroundTaskId: detail.taskId }),
      };
    default:
      return detail;
  }
}
