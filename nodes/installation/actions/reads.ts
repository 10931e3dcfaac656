import { present } from '../../../src/client';
import type { Action } from '../../shared/action-node';
import { answerFacts, installationFacts, topicOf, type Facts } from '../../shared/message';
import { answered, chargersListed, installationItem, listed } from '../../shared/output';
import type { InstallationSettings } from '../../shared/properties';
import { chosenInstallation } from '../../shared/references';

/** Every installation that the account may see. */
export const list: Action<InstallationSettings> = async ({ client, options }) => {
  const answer = await client.installations.list(options);
  return listed(answer, {}, 'installations', (installation) => installationItem(installation, answer.meta));
};

/** One installation with all its details. */
export const get: Action<InstallationSettings> = async (context) => {
  const { id, name } = await chosenInstallation(context);
  const answer = await context.client.installations.get(id, context.options);
  return answered(answer, installationFacts(present({ name, ...answer.data, id })), 'details');
};

/** The circuits of an installation and the chargers on each. */
export const hierarchy: Action<InstallationSettings> = async (context) => {
  const installation = await chosenInstallation(context);
  const answer = await context.client.installations.hierarchy(installation.id, context.options);
  return answered(answer, installationFacts(installation), 'hierarchy');
};

/** Every charger of an installation. */
export const chargers: Action<InstallationSettings> = async (context) => {
  const installation = await chosenInstallation(context);
  const answer = await context.client.installations.chargers(installation.id, context.options);
  return chargersListed(answer, installationFacts(installation));
};

/** Which version each charger of an installation runs, and which one waits. */
export const firmware: Action<InstallationSettings> = async (context) => {
  const installation = await chosenInstallation(context);
  const about = installationFacts(installation);
  const answer = await context.client.installations.firmware(installation.id, context.options);
  return listed(answer, about, 'firmware', (entry) => {
    const { chargerId: id } = entry;
    const deviceId = typeof entry['deviceId'] === 'string' ? entry['deviceId'] : undefined;
    const online = typeof entry['isOnline'] === 'boolean' ? entry['isOnline'] : undefined;
    const facts: Facts = { ...about, ...(id ? { charger: { id, ...(deviceId ? { deviceId } : {}) } } : {}) };
    return {
      payload: entry,
      facts: { ...facts, ...answerFacts(answer.meta, online) },
      topic: topicOf(facts, 'firmware'),
    };
  });
};
