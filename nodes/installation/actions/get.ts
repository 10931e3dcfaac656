import type { Action } from '../../shared/actions';
import { installationFacts } from '../../shared/message';
import { answered } from '../../shared/outcomes';
import type { InstallationSettings } from '../../shared/properties';
import { chosenInstallation } from '../../shared/references';

/** One installation with all its details. */
export const get: Action<InstallationSettings> = async (wish) => {
  const { id, name } = await chosenInstallation(wish);
  const answer = await wish.client.installations.get(id, wish.options);
  return answered(
    answer,
    installationFacts({ ...(name === undefined ? {} : { name }), ...answer.data, id }),
    'details',
  );
};
