import { expect, test } from "vitest";
import { isWithin } from "../../../src/hosts/vscode/message-size.ts";
import { joinDeltas } from "../../../src/hosts/vscode/panel.ts";
import { panelHtml } from "../../../src/hosts/vscode/panel-html.ts";

test("a message that is too large is found out, however its size is spread", () => {
  expect(isWithin({ type: "draft", text: "x".repeat(90) }, 200)).toBe(true);
  expect(isWithin({ type: "draft", text: "x".repeat(300) }, 200)).toBe(false);
  expect(
    isWithin(
      Array.from({ length: 300 }, () => 1),
      200,
    ),
  ).toBe(false);
  expect(isWithin({ ["k".repeat(300)]: 1 }, 200)).toBe(false);
});

test("neighbouring deltas of one stream become one, and nothing changes its order", () => {
  expect(
    joinDeltas([
      { type: "text", agentId: "main", delta: "a" },
      { type: "text", agentId: "main", delta: "b" },
      { type: "text", agentId: "child", delta: "c" },
      { type: "discarded", agentId: "main" },
      { type: "text", agentId: "main", delta: "d" },
    ]),
  ).toEqual([
    { type: "text", agentId: "main", delta: "ab" },
    { type: "text", agentId: "child", delta: "c" },
    { type: "discarded", agentId: "main" },
    { type: "text", agentId: "main", delta: "d" },
  ]);
});

test("the page allows our own script and nothing remote", () => {
  const html = panelHtml({
    cspSource: "https://host.example",
    nonce: "abc",
    scriptUri: "https://host.example/main.js",
    sharedUri: "https://host.example/chunk.js",
    styleUri: "https://host.example/main.css",
    language: "de",
    translations: { Send: "</script><script>alert(1)" },
    loading: "Startet …",
  });
  const policy = /Content-Security-Policy" content="([^"]+)"/.exec(html)?.[1] ?? "";
  expect(policy.split("; ").sort()).toEqual([
    "base-uri 'none'",
    "connect-src 'none'",
    "default-src 'none'",
    "font-src https://host.example",
    "form-action 'none'",
    "frame-src 'none'",
    "img-src https://host.example data:",
    "object-src 'none'",
    "script-src 'nonce-abc'",
    "style-src https://host.example 'nonce-abc'",
    "worker-src 'none'",
  ]);
  expect(html.match(/<script/g)).toHaveLength(2);
  expect(html).toContain('"\\u003c/script>\\u003cscript>alert(1)"');
});
