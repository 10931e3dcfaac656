import type { Action } from '../../shared/actions';
import { installationItem, listed } from '../../shared/outcomes';
import type { InstallationSettings } from '../../shared/properties';

/** Every installation that the account may see. */
export const list: Action<InstallationSettings> = async ({ client, options }) => {
  const answer = await client.installations.list(options);
  return listed(answer, {}, 'installations', (installation) => installationItem(installation, answer.meta));
};
