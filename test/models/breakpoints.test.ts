import fc from "fast-check";
import { expect, test } from "vitest";
import type { Block, Message } from "../../src/core/message.ts";
import { breakpoints } from "../../src/models/breakpoints.ts";

const user = (...content: Block[]): Message => ({ role: "user", content });
const assistant = (...content: Block[]): Message => ({ role: "assistant", content });
const text = (value: string): Block => ({ type: "text", text: value });
const thought: Block = { type: "thinking", thinking: "", signature: "s" };
const calls = (count: number): Block[] =>
  Array.from({ length: count }, (_, i) => ({ type: "tool_use", id: `toolu_${i}`, name: "Read", input: {} }));
const results = (count: number): Block[] =>
  Array.from({ length: count }, (_, i) => ({ type: "tool_result", tool_use_id: `toolu_${i}`, content: [] }));

test("the first request has one breakpoint, at the end of what was asked", () => {
  expect(breakpoints([user(text("a"), text("b"))])).toEqual([{ message: 0, block: 1 }]);
});

test("later requests keep the place of the one before", () => {
  expect(breakpoints([user(text("a")), assistant(text("b")), user(text("c"))])).toEqual([
    { message: 0, block: 0 },
    { message: 2, block: 0 },
  ]);
});

test("a turn longer than the look-back has one on the way", () => {
  const messages = [user(text("a")), assistant(thought, ...calls(12)), user(...results(12))];
  expect(breakpoints(messages)).toEqual([
    { message: 0, block: 0 },
    { message: 1, block: 9 },
    { message: 2, block: 11 },
  ]);
});

test("a system message at the end and empty text are passed over", () => {
  expect(breakpoints([user(text("a"), text("")), { role: "system", content: [text("b")] }])).toEqual([
    { message: 0, block: 0 },
  ]);
});

test("there are never more than three, in order, and never on a thought", () => {
  const anyBlock = fc.constantFrom(text("x"), text(""), thought, ...calls(1), ...results(1));
  const anyMessage = fc.record({
    role: fc.constantFrom<Message["role"]>("user", "assistant", "system"),
    content: fc.array(anyBlock, { maxLength: 30 }),
  });
  fc.assert(
    fc.property(fc.array(anyMessage, { maxLength: 8 }), (messages) => {
      const found = breakpoints(messages);
      expect(found.length).toBeLessThanOrEqual(3);
      const order = found.map(({ message, block }) => message * 1000 + block);
      expect(order).toEqual([...new Set(order)].toSorted((a, b) => a - b));
      for (const { message, block } of found) {
        const marked = messages[message]?.content[block];
        expect(["text", "tool_use", "tool_result"]).toContain(marked?.type);
        expect(marked?.["text"]).not.toBe("");
      }
    }),
  );
});
