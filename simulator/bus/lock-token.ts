const SIZE = 16;
const FILLER = 0xa5;
const SEQUENCE_AT = 12;

/** The delivery tag of a message: the client reads the lock token from its 16 bytes. `lock` is 0 without a lock. */
export function deliveryTag(lock: number, sequence: number): Buffer {
  const tag = Buffer.alloc(SIZE, FILLER);
  tag.writeUInt32BE(lock >>> 0, 0);
  tag.writeUInt32BE(sequence >>> 0, SEQUENCE_AT);
  return tag;
}

/** The same token as a UUID: a GUID of .NET stores its first three parts in the other byte order. */
export function lockToken(lock: number, sequence: number): Buffer {
  const token = deliveryTag(lock, sequence);
  token.subarray(0, 4).reverse();
  token.subarray(4, 6).reverse();
  token.subarray(6, 8).reverse();
  return token;
}

/** The lock of a token; undefined: no token of this bus. */
export function lockOf(token: unknown): number | undefined {
  if (!Buffer.isBuffer(token) || token.length !== SIZE) return undefined;
  const lock = token.readUInt32LE(0);
  return token.equals(lockToken(lock, token.readUInt32BE(SEQUENCE_AT))) ? lock : undefined;
}
