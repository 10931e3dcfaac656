import type { Action } from '../../shared/actions';
import { installationFacts } from '../../shared/message';
import { chargersListed } from '../../shared/outcomes';
import type { InstallationSettings } from '../../shared/properties';
import { chosenInstallation } from '../../shared/references';

/** Every charger of an installation. */
export const chargers: Action<InstallationSettings> = async (wish) => {
  const installation = await chosenInstallation(wish);
  const answer = await wish.client.installations.chargers(installation.id, wish.options);
  return chargersListed(answer, installationFacts(installation));
};
