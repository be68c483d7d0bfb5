import { createServer, type IncomingMessage, type Server, type ServerResponse } from "node:http";
import { DemoServer } from "./demo-server.ts";

export interface HttpDemo {
  readonly url: string;
  /** Headers of the requests so far. */
  readonly headers: readonly IncomingMessage["headers"][];
  readonly methods: readonly (string | undefined)[];
  /** From now on it knows nobody who was there before. */
  forget(): void;
  close(): Promise<void>;
}
interface Wishes {
  /** The status every request is answered with. */
  readonly status?: number;
  /** Answers come as a stream of events, in place of JSON. */
  readonly streams?: boolean;
}

/** The demo server behind streamable HTTP, on a port of its own. `die` cuts the connection of the call. */
export async function startHttpDemo({ status, streams = false }: Wishes = {}): Promise<HttpDemo> {
  const headers: IncomingMessage["headers"][] = [];
  const methods: (string | undefined)[] = [];
  let cut = (): void => undefined;
  let session = 1;
  const demo = new DemoServer({ die: () => cut() });
  const server = createServer((request, response) => {
    headers.push(request.headers);
    methods.push(request.method);
    if (status !== undefined) return void response.writeHead(status).end("No.");
    if (request.method === "DELETE") return void response.writeHead(200).end();
    if (request.method !== "POST") return void response.writeHead(405).end();
    let body = "";
    request.on("data", (data) => (body += data));
    request.on("end", () => {
      const message = JSON.parse(body);
      if (message.id === undefined) {
        demo.take(message, () => undefined);
        return void response.writeHead(202).end();
      }
      if (message.method === "initialize") response.setHeader("mcp-session-id", String(session));
      else if (request.headers["mcp-session-id"] !== String(session))
        return void response.writeHead(404).end("Who?");
      cut = () => response.destroy();
      if (streams) response.writeHead(200, { "content-type": "text/event-stream" }).flushHeaders();
      demo.take(message, (answer) => {
        const json = JSON.stringify(answer);
        if (streams) response.write(`event: message\ndata: ${json}\n\n`);
        else if ("id" in answer) response.writeHead(200, { "content-type": "application/json" }).end(json);
        if (streams && "id" in answer) response.end();
      });
    });
  });
  return { ...(await listening(server)), headers, methods, forget: () => (session += 1) };
}

/** The same behind the older way: one stream of events for all answers, and an address for what is asked. */
export async function startSseDemo(): Promise<HttpDemo> {
  const headers: IncomingMessage["headers"][] = [];
  const methods: (string | undefined)[] = [];
  let stream: ServerResponse | undefined;
  const demo = new DemoServer({ die: () => stream?.destroy() });
  const server = createServer((request, response) => {
    headers.push(request.headers);
    methods.push(request.method);
    if (request.method === "GET") {
      stream = response.writeHead(200, { "content-type": "text/event-stream" });
      return void stream.write("event: endpoint\ndata: /messages\n\n");
    }
    let body = "";
    request.on("data", (data) => (body += data));
    request.on("end", () => {
      response.writeHead(202).end();
      demo.take(JSON.parse(body), (answer) =>
        stream?.write(`event: message\ndata: ${JSON.stringify(answer)}\n\n`),
      );
    });
  });
  return { ...(await listening(server)), headers, methods, forget: () => undefined };
}

async function listening(server: Server): Promise<Pick<HttpDemo, "url" | "close">> {
  await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
  const address = server.address();
  const port = typeof address === "object" ? address?.port : undefined;
  return {
    url: `http://127.0.0.1:${port}/mcp`,
    async close() {
      server.closeAllConnections();
      await new Promise((resolve) => server.close(resolve));
    },
  };
}
