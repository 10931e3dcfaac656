import type { ChargerModel } from '../model';
import type { Prng } from '../../prng';
import { LASTING_CAR, type ChargerPlan, type InstallationPlan, type Scenario, type Start } from './plan';

const CHARGERS = 130;
/** From this number on the chargers belong to the guests, who must authorise. */
const FIRST_GUEST = 119;
const CIRCUITS = 6;

/** The chargers with a fixed initial state, by number; the others are random. */
const FIXED = new Map<number, Start>([
  [1, 'charging'],
  [2, 'paused'],
  [3, 'full'],
  [4, 'charging'],
  [5, 'free'],
  [13, 'offline'],
  [FIRST_GUEST, 'waiting'],
  [FIRST_GUEST + 1, 'charging'],
  [FIRST_GUEST + 2, 'waiting'],
  [CHARGERS, 'never started'],
]);
const PINNED_H = 6;

const nameOf = (number: number): string => `P${String(number).padStart(3, '0')}`;

function modelOf(prng: Prng): ChargerModel {
  return prng.pick(['Pro', 'Pro', 'Pro', 'Go', 'Go 2']);
}

function startOf(prng: Prng): Start {
  return prng.pick(['free', 'free', 'free', 'free', 'free', 'charging', 'charging', 'charging', 'full', 'paused']);
}

function chargerOf(number: number, prng: Prng): ChargerPlan {
  const fixed = FIXED.get(number);
  return {
    name: nameOf(number),
    model: modelOf(prng),
    circuit: number < FIRST_GUEST ? number % CIRCUITS : 0,
    start: fixed ?? startOf(prng),
    ...(number === 1 ? { car: LASTING_CAR, pinnedHours: 2 * PINNED_H } : fixed ? { pinnedHours: PINNED_H } : {}),
  };
}

function installation(name: string, chargers: ChargerPlan[], changes: Partial<InstallationPlan>): InstallationPlan {
  return {
    name,
    address: 'Riverside 10',
    zipCode: '7010',
    city: 'Trondheim',
    installationType: 0,
    networkType: 4,
    maxCurrent: 400,
    availableCurrentMode: 0,
    threeToOnePhaseSwitchCurrent: 15,
    authenticationRequired: false,
    circuits: [],
    users: ['Ada Berg', 'Bo Dahl', 'Cleo Eide', 'Dag Foss', 'Eva Gran', 'Finn Haug'],
    chargers,
    ...changes,
  };
}

export const housing: Scenario = {
  about: 'a housing association with 130 chargers, so that lists have a second page',
  plan: ({ prng }) => {
    const all = Array.from({ length: CHARGERS }, (_, index) => chargerOf(index + 1, prng));
    const circuits = Array.from({ length: CIRCUITS }, (_, index) => ({ name: `Row ${index + 1}`, maxCurrent: 100 }));
    return {
      houses: 40,
      sessionsPerDay: 0.3,
      installations: [
        installation('Riverside', all.slice(0, FIRST_GUEST - 1), { circuits }),
        installation('Riverside Guests', all.slice(FIRST_GUEST - 1), {
          circuits: [{ name: 'Guests', maxCurrent: 125 }],
          maxCurrent: 125,
          authenticationRequired: true,
        }),
      ],
    };
  },
};
