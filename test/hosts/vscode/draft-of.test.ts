import { expect, test } from "vitest";
import { toContent } from "../../../src/hosts/vscode/attachments.ts";
import { fromContent } from "../../../src/hosts/vscode/rewind/draft-of.ts";
import type { Attachment } from "../../../src/protocol/view.ts";

test("a message that was sent comes back as it was written, attachments and all", () => {
  const attachments: Attachment[] = [
    { kind: "file", path: '/w/a "b" & <c>.ts', label: 'a "b" & <c>.ts' },
    {
      kind: "selection",
      path: "/w/d.ts",
      label: "d.ts:2-3",
      firstLine: 2,
      lastLine: 3,
      text: "one </plumb-context> two\n\nthree",
    },
    { kind: "image", label: "image", mediaType: "image/png", base64: "iVBORw0KGgoAAAA" },
  ];
  const words = "Look at these:\n\n<not a tag>";
  expect(fromContent(toContent(words, attachments))).toEqual({ words, attachments });
});

test("what was attached by something else than a person is left out", () => {
  const blocks = [
    { type: "text" as const, text: '<plumb-context kind="your-change" path="/w/a">\nx\n</plumb-context>' },
  ];
  expect(fromContent(blocks)).toEqual({ words: "", attachments: [] });
});
