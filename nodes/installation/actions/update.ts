import { canSwitchPhases, phrase } from '../../../src/client';
import type { Action, ActionContext } from '../../shared/action-node';
import { installationFacts, settingsFrom, topicOf } from '../../shared/message';
import type { InstallationSettings } from '../../shared/properties';
import { chosenInstallation } from '../../shared/references';

/** Changes settings of an installation; which ones and within what limits is checked by the client. */
export const update: Action<InstallationSettings> = async (context) => {
  const settings = settingsFrom(context.message.payload);
  const about = installationFacts(await chosenInstallation(context));
  if (settings['phases'] !== undefined) await warnUnlessSwitching(context, about.installation);
  const { meta } = await context.client.installations.update(about.installation.id, settings, {
    ...context.options,
    lane: 'command',
  });
  const result = 'accepted';
  return {
    payload: { result, settings },
    facts: { ...about, source: meta.source, time: meta.time, attempts: meta.attempts, result },
    topic: topicOf(about, 'update'),
    status: { fill: 'green', shape: 'dot', key: 'updated' },
  };
};

/**
 * The setting is taken by every installation, but only some models do anything with it
 * (docs/zaptec-api.md, "Phase switching").
 */
async function warnUnlessSwitching(
  { client, options, warn }: ActionContext<InstallationSettings>,
  { id, name = id }: { id: string; name?: string },
): Promise<void> {
  const { data } = await client.installations.chargers(id, options);
  if (data.length > 0 && !data.some(canSwitchPhases)) {
    warn(phrase`No charger of ${name} switches its phases: Go 2 and Pro do, Go does not`);
  }
}
