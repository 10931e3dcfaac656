import type { Action } from '../../shared/actions';
import { answerFacts, installationFacts, topicOf, type Facts } from '../../shared/message';
import { listed } from '../../shared/outcomes';
import type { InstallationSettings } from '../../shared/properties';
import { chosenInstallation } from '../../shared/references';

/** Which version each charger of an installation runs, and which one waits. */
export const firmware: Action<InstallationSettings> = async (wish) => {
  const installation = await chosenInstallation(wish);
  const about = installationFacts(installation);
  const answer = await wish.client.installations.firmware(installation.id, wish.options);
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
