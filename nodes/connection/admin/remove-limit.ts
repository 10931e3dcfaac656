import { type ZaptecClient, zaptecError, phrase } from '../../../src/client';

/**
 * Removes the limit that a machine of the account has left behind.
 * @throws ZaptecError `INPUT_INVALID`, `READ_ONLY`, `REDIS_UNAVAILABLE`
 */
export async function removeLimit(client: ZaptecClient, body: Readonly<Record<string, unknown>>): Promise<void> {
  const [kind, id, machine, node] = ['kind', 'id', 'machine', 'node'].map((field) => textOf(body, field));
  const control = kind === 'charger' ? client.chargerCurrent : client.current;
  await control.removeSharedLimit(id ?? '', machine ?? '', node ?? '');
}

function textOf(body: Readonly<Record<string, unknown>>, field: string): string {
  const value = body[field];
  if (typeof value === 'string') return value;
  throw zaptecError('INPUT_INVALID', phrase`${field} is no text`, { remedy: 'Reload the editor' });
}
