import type { Action } from '../../shared/actions';
import { installationFacts } from '../../shared/message';
import { answered } from '../../shared/outcomes';
import type { InstallationSettings } from '../../shared/properties';
import { chosenInstallation } from '../../shared/references';

/** The circuits of an installation and the chargers on each. */
export const hierarchy: Action<InstallationSettings> = async (wish) => {
  const installation = await chosenInstallation(wish);
  const answer = await wish.client.installations.hierarchy(installation.id, wish.options);
  return answered(answer, installationFacts(installation), 'hierarchy');
};
