import type { Action } from '../../shared/actions';
import { chargersListed } from '../../shared/outcomes';
import type { ChargerSettings } from '../../shared/properties';
import { allChargers } from '../targets';

/** Every charger of the chosen installation, or of the account when none is chosen. */
export const list: Action<ChargerSettings> = async (wish) => {
  const { answer, about } = await allChargers(wish, wish.options);
  return chargersListed(answer, about);
};
