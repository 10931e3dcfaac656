import { type Answer, type Charger, type Lane, zaptecError } from '../../src/client';
import type { ActionContext } from '../shared/action-node';
import { installationFacts, overridden, type Facts } from '../shared/message';
import type { ChargerSettings } from '../shared/properties';
import { installationReference, referenceOf, withoutRefresh } from '../shared/references';

/** Which chargers a message is meant for. */
export interface Targets {
  chargers: Charger[];
  /** One was named as one: the answer is one thing and not an array. */
  single: boolean;
  /** The installation, where the message or the settings name one. */
  about: Facts;
  /** For the requests about these chargers. */
  lane: Lane;
}

type ChargerContext = ActionContext<ChargerSettings>;

const ALL = 'all';
/** A message for more chargers than this is a mass job. It is paced, so that other messages do not wait for it. */
const MANY = 10;
/** No account has more. */
const MOST_CHARGERS = 10_000;

/**
 * The chargers that the message or else the settings name: one, several, or all of an installation or, without an
 * installation, of the account. A name is looked for within the installation, when one is given.
 */
export async function targetsOf(context: ChargerContext): Promise<Targets> {
  const wanted = await wantedChargers(context);
  if (wanted === ALL) {
    const { answer, about } = await allChargers(context, withoutRefresh(context));
    return { chargers: answer.data, single: false, about, lane: laneFor(answer.data.length) };
  }
  const about = await installationOf(context);
  const options = {
    ...withoutRefresh(context),
    ...(about.installation ? { installationId: about.installation.id } : {}),
  };
  const references = typeof wanted === 'string' ? [wanted] : wanted;
  // By id, so that one that was named twice is read once.
  const chargers = new Map<string, Charger>();
  for (const reference of references) {
    const charger = await context.client.resolve.charger(reference, options);
    chargers.set(charger.id, charger);
  }
  return { chargers: [...chargers.values()], single: typeof wanted === 'string', about, lane: laneFor(chargers.size) };
}

/** The lane of a message for so many chargers. */
export function laneFor(count: number): Lane {
  return count > MANY ? 'background' : 'message';
}

/** Every charger of the chosen installation, or of the account when none is chosen. */
export async function allChargers(
  context: ChargerContext,
  options: ChargerContext['options'],
): Promise<{ answer: Answer<Charger[]>; about: Facts }> {
  const about = await installationOf(context);
  const { installations, chargers } = context.client;
  const answer = about.installation
    ? await installations.chargers(about.installation.id, options)
    : await chargers.list(options);
  return { answer, about };
}

async function wantedChargers(context: ChargerContext): Promise<string | readonly string[]> {
  const { settings, message, evaluate } = context;
  const override = overridden(message, 'charger', settings);
  if (override === undefined && settings.target === 'installation') return ALL;
  const value = override ?? (await evaluate(settings.charger, settings.chargerType));
  const isFromDialog = override === undefined && FROM_DIALOG.includes(settings.chargerType);
  const chosen = isFromDialog ? await chosenInDialog(context, value) : value;
  if (Array.isArray(chosen)) return chosen.map(chargerReference);
  const reference = chargerReference(chosen);
  return reference.toLowerCase() === ALL ? ALL : reference;
}

/** Where several chargers are a text with commas; a message brings an array. */
const FROM_DIALOG: readonly string[] = ['str', 'env'];

/** A name may have a comma of its own, and flows with one work as before. */
async function chosenInDialog(context: ChargerContext, value: unknown): Promise<unknown> {
  if (typeof value !== 'string' || !value.includes(',')) return value;
  const { data } = await context.client.chargers.list(withoutRefresh(context));
  const whole = value.trim().toLowerCase();
  if (data.some(({ name }) => name?.toLowerCase() === whole)) return value;
  const parts = value.split(',', MOST_CHARGERS).map((part) => part.trim());
  return parts.filter((part) => part !== '');
}

function chargerReference(value: unknown): string {
  const reference = referenceOf(value, 'charger');
  if (reference !== undefined) return reference;
  throw zaptecError('INPUT_INVALID', 'No charger is chosen', {
    remedy: 'Choose one in the dialog, or name it in msg.charger: id, serial or name, an array of them, or "all"',
  });
}

async function installationOf(context: ChargerContext): Promise<Facts> {
  const reference = await installationReference(context);
  if (reference === undefined) return {};
  return installationFacts(await context.client.resolve.installation(reference, withoutRefresh(context)));
}
