import type { Socket } from 'node:net';

/** The first byte of a TLS handshake. */
export const HANDSHAKE = 0x16;

/** Looks at the first byte and leaves the stream paused. Undefined: there was none. */
export function firstByte(stream: Socket): Promise<number | undefined> {
  return new Promise((resolve) => {
    stream.once('close', () => resolve(undefined));
    stream.once('data', (bytes: Buffer) => {
      stream.pause();
      stream.unshift(bytes);
      resolve(bytes[0]);
    });
  });
}
