import { once } from "node:events";
import { createServer, connect as open, type Server, type Socket } from "node:net";

/** The way between the editor and the model, which can go down and come back under the same address. */
export interface Network {
  readonly url: string;
  /** Cuts every connection; from now on nothing listens. */
  down(): Promise<void>;
  up(): Promise<void>;
}

/** Starts down, so that the address is known before anybody answers there. `target` is asked for every connection. */
export async function createNetwork(target: () => string): Promise<Network> {
  const sockets = new Set<Socket>();
  let server: Server | undefined;
  let port = 0;
  const keep = (socket: Socket): void => {
    sockets.add(socket);
    socket.on("error", () => socket.destroy());
    socket.on("close", () => sockets.delete(socket));
  };
  const up = async (): Promise<void> => {
    server = createServer((near) => {
      const far = open(Number(new URL(target()).port), "127.0.0.1");
      keep(near);
      keep(far);
      near.pipe(far).pipe(near);
      near.on("close", () => far.destroy());
      far.on("close", () => near.destroy());
    }).listen(port, "127.0.0.1");
    await once(server, "listening");
    const address = server.address();
    if (address !== null && typeof address === "object") port = address.port;
  };
  const down = async (): Promise<void> => {
    const closing = server;
    server = undefined;
    if (!closing) return;
    const closed = once(closing, "close");
    closing.close();
    for (const socket of sockets) socket.destroy();
    await closed;
  };
  await up();
  await down();
  return { url: `http://127.0.0.1:${port}`, up, down };
}
