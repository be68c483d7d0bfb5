// An extension for tests only, never shipped: runs functions the test sends against the editor's real API.
const { createServer } = require("node:http");
const { renameSync, writeFileSync } = require("node:fs");
const vscode = require("vscode");

const portFile = process.env.PLUMB_DRIVER_PORT_FILE;
const token = process.env.PLUMB_DRIVER_TOKEN;

async function answer(request) {
  const parts = [];
  for await (const part of request) parts.push(part);
  const { source, args } = JSON.parse(Buffer.concat(parts).toString("utf8"));
  const run = new Function("vscode", "args", `return (${source})(vscode, ...args);`);
  return await run(vscode, args);
}

exports.activate = (context) => {
  if (!portFile || !token) return;
  const server = createServer((request, response) => {
    if (request.headers.authorization !== `Bearer ${token}`) {
      response.writeHead(403).end();
      return;
    }
    answer(request).then(
      (value) => response.writeHead(200).end(JSON.stringify({ value: value ?? null })),
      (error) => response.writeHead(500).end(JSON.stringify({ error: String(error?.stack ?? error) })),
    );
  });
  server.listen(0, "127.0.0.1", () => {
    // Renamed into place, so that nobody reads half a number.
    writeFileSync(`${portFile}.new`, String(server.address().port));
    renameSync(`${portFile}.new`, portFile);
  });
  context.subscriptions.push({ dispose: () => server.close() });
};
