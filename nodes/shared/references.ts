import type { Installation } from '../../src/client';
import { zaptecError } from '../../src/http/errors';
import type { Wish } from './action-node';
import { overridden } from './message';

interface InstallationRef {
  installation: string;
  installationType: string;
  lockOverrides: boolean;
}

/** An id, a name or a serial, however the flow holds it: as text, as a number, or as the thing itself. */
export function referenceOf(value: unknown, what: string): string | undefined {
  if (value === undefined || value === null || value === '') return undefined;
  if (typeof value === 'string') return value.trim() || undefined;
  if (typeof value === 'number') return String(value);
  if (typeof value === 'object' && 'id' in value && typeof value.id === 'string') return value.id;
  throw zaptecError('INPUT_INVALID', `The ${what} is neither a text nor an object with an id`, {
    remedy: `Give the id or the name of the ${what}`,
  });
}

/** Which installation the message or else the settings name; undefined when neither does. */
export async function installationReference(wish: Omit<Wish<InstallationRef>, 'warn'>): Promise<string | undefined> {
  const { settings, message, evaluate } = wish;
  const override = overridden(message, 'installation', settings.lockOverrides);
  const value = override ?? (await evaluate(settings.installation, settings.installationType));
  return referenceOf(value, 'installation');
}

/** The installation itself. With none named, an account that has only one means that one. */
export async function chosenInstallation(wish: Omit<Wish<InstallationRef>, 'warn'>): Promise<Installation> {
  const reference = await installationReference(wish);
  if (reference !== undefined) return wish.client.resolve.installation(reference, withoutRefresh(wish));
  const { data } = await wish.client.installations.list(withoutRefresh(wish));
  const [only, ...others] = data;
  if (only && others.length === 0) return only;
  const names = data.slice(0, 5).map(({ id, name }) => name ?? id);
  throw zaptecError(
    'INPUT_INVALID',
    only ? `No installation is chosen, and the account has ${data.length}` : 'The account has no installation',
    { remedy: only ? `Choose one, for example ${names.join(', ')}` : 'Ask its owner for access in the Zaptec portal' },
  );
}

/** Finding out what a name means needs no fresh list, whatever the message says about the answer. */
export function withoutRefresh({ options }: Pick<Wish<unknown>, 'options'>) {
  return { ...options, refresh: false };
}
