import { deflateSync } from "node:zlib";

/** As much of a PNG as says its size. */
export function png(width: number, height: number): Buffer {
  const head = Buffer.alloc(33);
  head.write("\x89PNG\r\n\x1a\n", 0, "latin1");
  head.writeUInt32BE(13, 8);
  head.write("IHDR", 12, "latin1");
  head.writeUInt32BE(width, 16);
  head.writeUInt32BE(height, 20);
  head.writeUInt8(8, 24);
  return Buffer.concat([head, deflateSync(Buffer.alloc(10))]);
}
