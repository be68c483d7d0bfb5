import { createServer, type RequestListener } from "node:http";
import { onTestFinished } from "vitest";

/** A real server on a free port of this machine, closed when the test has finished. */
export async function serve(answer: RequestListener): Promise<{ origin: string; port: number }> {
  const server = createServer(answer);
  await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
  onTestFinished(() => {
    server.closeAllConnections();
    server.close();
  });
  const address = server.address();
  const port = typeof address === "object" && address !== null ? address.port : 0;
  return { origin: `http://127.0.0.1:${port}`, port };
}
