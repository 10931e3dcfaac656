import { settingsFrom, type Action } from '../../shared/actions';
import { installationFacts, topicOf } from '../../shared/message';
import type { InstallationSettings } from '../../shared/properties';
import { chosenInstallation } from '../../shared/references';

/** Changes settings of an installation; which ones and within what limits is checked by the client. */
export const update: Action<InstallationSettings> = async (wish) => {
  const settings = settingsFrom(wish.message.payload);
  const about = installationFacts(await chosenInstallation(wish));
  const { meta } = await wish.client.installations.update(about.installation.id, settings, {
    ...wish.options,
    lane: 'command',
  });
  const result = 'accepted';
  return {
    payload: { result, settings },
    facts: { ...about, source: meta.source, time: meta.time, attempts: meta.attempts, result },
    topic: topicOf(about, 'update'),
    sign: { fill: 'green', shape: 'dot', key: 'updated' },
  };
};
