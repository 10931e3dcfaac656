import { zaptecError } from '../../src/client';
import type { SelectionContext } from '../shared/action-node';
import { chargerFacts, installationFacts, overridden, type Facts } from '../shared/message';
import type { UpdateCurrentSettings } from '../shared/properties';
import { chosenInstallation, installationReference, referenceOf } from '../shared/references';

/** What a current is requested for: an installation, or one charger. */
export interface Target {
  id: string;
  installationId: string | undefined;
  about: Facts;
}

/**
 * The target that the message or else the settings name.
 * @throws ZaptecError `INPUT_INVALID`, `NOT_FOUND`, `AMBIGUOUS` …
 */
export async function targetOf(context: SelectionContext<UpdateCurrentSettings>): Promise<Target> {
  const { client, settings, message, evaluate, options } = context;
  if (settings.target === 'installation') {
    const installation = await chosenInstallation(context);
    return { id: installation.id, installationId: installation.id, about: installationFacts(installation) };
  }
  const override = overridden(message, 'charger', settings);
  const reference = referenceOf(override ?? (await evaluate(settings.charger, settings.chargerType)), 'charger');
  if (reference === undefined) {
    throw zaptecError('INPUT_INVALID', 'No charger is chosen', {
      remedy: 'Choose one in the dialog, or name it in msg.charger: id, serial or name',
    });
  }
  const within = await installationReference(context);
  const among = within === undefined ? {} : { installationId: (await client.resolve.installation(within, options)).id };
  const charger = await client.resolve.charger(reference, { ...options, ...among });
  return { id: charger.id, installationId: charger.installationId, about: chargerFacts(charger) };
}
