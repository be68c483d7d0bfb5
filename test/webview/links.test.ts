import { expect, test } from "vitest";
import { linkAction, linkTarget } from "../../webview/src/markdown/links.ts";

test.each([
  ["JaVaScRiPt:alert(1)"],
  ["java\tscript:alert(1)"],
  [" javascript:alert(1)"],
  ["&#106;avascript:alert(1)"],
  ["javascript&colon;alert(1)"],
  ["javascript%3Aalert(1)"],
  ["vbscript:x"],
  ["blob:https://a.example/1"],
  ["vscode-insiders://x"],
  ["mailto:a@b.example"],
  ["//server.example/x"],
  ["\\\\server\\share"],
  ["/\\server.example"],
  ["C:\\Windows\\win.ini"],
  ["c:/x"],
  ["~/.ssh/id_rsa"],
  ["..%2f..%2fetc/passwd"],
  ["a/%252e%252e/%252e%252e/b"],
  ["%2e%2e/x"],
  ["src/../../x"],
  ["..\\x"],
  ["src/\u202etxt.exe"],
  ["https:/a.example"],
  ["https:a.example"],
  ["https:\\\\a.example"],
  ["https://a.example\\@b.example"],
  ["https://"],
  ["#top"],
  ["?x"],
  [""],
  ["tel:123"],
  ["x:1:2"],
  ["src/a\u0000b"],
])("%j leads nowhere", (href) => {
  expect(linkAction(href)).toBe("block");
});

test.each([
  ["src/app.ts", "src/app.ts", undefined],
  ["./src/app.ts:12:4", "./src/app.ts", 12],
  ["app.ts:7", "app.ts", 7],
  ["src/app.ts#L10-L20", "src/app.ts", 10],
  ["docs/my%20notes.md", "docs/my notes.md", undefined],
  ["a/../b.ts", "a/../b.ts", undefined],
])("%j opens the file %j at line %j", (href, path, line) => {
  expect(linkTarget(href)).toEqual({ action: "allow", path, line });
});

test("a web address is asked about, and normalised the way it will be opened", () => {
  expect(linkTarget("HTTPS://Docs.Example:443/a b".replace(" ", "%20"))).toEqual({
    action: "confirm",
    url: "https://docs.example/a%20b",
  });
});
