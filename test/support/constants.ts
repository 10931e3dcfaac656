import { readFileSync } from 'node:fs';
import { join } from 'node:path';

interface Row {
  id: number;
  name: string;
}

/** The bundled table of ids, read here apart from the product's own loader. */
export function constantsTable(): { ErrorCodes: Row[]; Observations: Row[]; Commands: Row[] } {
  return JSON.parse(readFileSync(join(__dirname, '../../data/zaptec-constants.json'), 'utf8'));
}
