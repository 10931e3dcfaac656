import { type Installation, zaptecError, phrase } from '../../src/client';
import type { ActionContext, SelectionContext } from './action-node';
import { readable } from './errors';
import { overridden, type OverridePermission } from './message';
import type { Evaluate } from './typed-input';

interface InstallationPlace {
  installation: string;
  installationType: string;
}

interface InstallationRef extends InstallationPlace, OverridePermission {}

/** Where blank is what somebody has chosen, and not what a message or another flow has not brought. */
const MAY_BE_BLANK: readonly string[] = ['', 'str', 'env'];

/** An id, a name or a serial, however the flow holds it: as text, as a number, or as the thing itself. */
export function referenceOf(value: unknown, what: string): string | undefined {
  return readable(phrase`The ${what}`, () => referenceIn(value, what));
}

function referenceIn(value: unknown, what: string): string | undefined {
  if (value === undefined || value === null || value === '') return undefined;
  if (typeof value === 'string') return value.trim() || undefined;
  if (typeof value === 'number') return String(value);
  // A blank id is one that a flow has not found, which is not the same as none asked for.
  if (typeof value === 'object' && 'id' in value && typeof value.id === 'string' && value.id.trim() !== '') {
    return value.id.trim();
  }
  throw zaptecError('INPUT_INVALID', phrase`The ${what} is neither a text nor an object with an id`, {
    remedy: phrase`Give the id or the name of the ${what}`,
  });
}

/** What a flow makes of a thing that it has not found. */
function hasBlankId(value: unknown): boolean {
  if (typeof value !== 'object' || value === null) return false;
  return readable('The installation', () => 'id' in value && typeof value.id === 'string' && value.id.trim() === '');
}

/**
 * Which installation the settings name; undefined when the field is blank. A place that holds nothing is another matter:
 * it must not mean every installation there is.
 * @throws ZaptecError `INPUT_INVALID`
 */
export async function installationSetting(
  { installation, installationType: type }: InstallationPlace,
  evaluate: Evaluate,
  remedy = 'Put its id or name there, or leave the field blank if no installation is meant',
): Promise<string | undefined> {
  const value = await evaluate(installation, type);
  const reference = hasBlankId(value) ? undefined : referenceOf(value, 'installation');
  if (reference !== undefined || MAY_BE_BLANK.includes(type)) return reference;
  const reason = phrase`The installation is to come from ${type} ${installation}, which holds nothing`;
  throw zaptecError('INPUT_INVALID', reason, { remedy });
}

/**
 * Which installation the message or else the settings name; undefined when neither does.
 * @throws ZaptecError `INPUT_INVALID` also when the settings name a place that holds nothing.
 */
export async function installationReference(context: SelectionContext<InstallationRef>): Promise<string | undefined> {
  const { settings, message, evaluate } = context;
  const override = referenceOf(overridden(message, 'installation', settings), 'installation');
  return override ?? installationSetting(settings, evaluate);
}

/** The installation itself. With none named, an account that has only one means that one. */
export async function chosenInstallation(context: SelectionContext<InstallationRef>): Promise<Installation> {
  const reference = await installationReference(context);
  if (reference !== undefined) return context.client.resolve.installation(reference, withoutRefresh(context));
  const { data } = await context.client.installations.list(withoutRefresh(context));
  const [only, ...others] = data;
  if (only && others.length === 0) return only;
  const names = data.slice(0, 5).map(({ id, name }) => name ?? id);
  throw zaptecError(
    'INPUT_INVALID',
    only ? phrase`No installation is chosen, and the account has ${data.length}` : 'The account has no installation',
    {
      remedy: only
        ? phrase`Choose one, for example ${names.join(', ')}`
        : 'Ask its owner for access in the Zaptec portal',
    },
  );
}

/** Finding out what a name means needs no fresh list, whatever the message says about the answer. */
export function withoutRefresh({ options }: Pick<ActionContext<unknown>, 'options'>) {
  return { ...options, refresh: false };
}
