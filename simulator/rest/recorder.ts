import { createHash } from 'node:crypto';
import type { RequestRecord } from '../request-record';

const CAPACITY = 200_000;
/** Records are removed in blocks, because removing one would move all the others. */
const BLOCK = 20_000;
const SECRET = /password|passwd|secret|token|authorization|^pin$/i;

/** Gets every request; implemented by the audit. */
interface RequestListener {
  record(record: RequestRecord): void;
  answered(record: RequestRecord): void;
}

/** Keeps the newest requests and calls listeners for each. */
export class Recorder {
  /** Oldest first. */
  readonly records: RequestRecord[] = [];
  readonly #audit: RequestListener;
  readonly #listeners = new Set<(record: RequestRecord) => void>();
  #lastId = 0;

  constructor(witness: RequestListener) {
    this.#audit = witness;
  }

  /** Call this when a request arrives, before the answer. */
  arrived(request: Omit<RequestRecord, 'id' | 'status' | 'client'>): RequestRecord {
    const client = `${request.account ?? 'nobody'} with ${request.userAgent ?? 'no User-Agent'}`;
    const record = { id: ++this.#lastId, status: 0, client, ...request };
    this.records.push(record);
    if (this.records.length > CAPACITY + BLOCK) this.records.splice(0, BLOCK);
    this.#audit.record(record);
    for (const listener of this.#listeners) listener(record);
    return record;
  }

  answered(record: RequestRecord, status: number): void {
    record.status = status;
    this.#audit.answered(record);
  }

  onRequest(listener: (record: RequestRecord) => void): () => void {
    this.#listeners.add(listener);
    return () => {
      this.#listeners.delete(listener);
    };
  }

  clear(): void {
    this.records.length = 0;
  }
}

/** A fault made the answer useless. */
export function markCorrupted(record: RequestRecord): void {
  record.corrupted = true;
  record.spoilt = true;
}

/** A short hash that distinguishes tokens, so that no record contains one. */
export const hashOf = (token: string): string => createHash('sha256').update(token).digest('hex').slice(0, 10);

/** The JSON of a body without anything that looks like a credential; undefined where it is not JSON or too long. */
export function recordable(text: string): unknown {
  if (text === '' || text.length > 65_536) return undefined;
  try {
    return JSON.parse(text, (key, value: unknown) => (SECRET.test(key) ? '…' : value));
  } catch {
    return undefined;
  }
}
