import type { ChargerPlan, InstallationPlan, Scenario } from './plan';

const DEFAULT_CHARGERS = 1000;
const PER_SITE = 200;
const PER_CIRCUIT = 25;

function site(number: number, chargers: ChargerPlan[]): InstallationPlan {
  return {
    name: `Site ${String(number).padStart(2, '0')}`,
    address: `Depot Road ${number}`,
    zipCode: '4020',
    city: 'Stavanger',
    installationType: 0,
    networkType: 4,
    maxCurrent: 800,
    availableCurrentMode: 0,
    threeToOnePhaseSwitchCurrent: 15,
    authenticationRequired: false,
    circuits: Array.from({ length: Math.ceil(chargers.length / PER_CIRCUIT) }, (_, index) => ({
      name: `Row ${index + 1}`,
      maxCurrent: 200,
    })),
    users: ['Gro Holm', 'Ida Juul', 'Kai Lie', 'Mia Nes'],
    chargers,
  };
}

export const fleet: Scenario = {
  about: 'sites of up to 200 chargers; fleet:2500 for another number than 1000',
  plan: ({ chargers = DEFAULT_CHARGERS, prng }) => {
    const sites = Math.ceil(chargers / PER_SITE);
    const installations = Array.from({ length: sites }, (_, index) => {
      const count = Math.min(PER_SITE, chargers - index * PER_SITE);
      const plans = Array.from({ length: count }, (_unused, place): ChargerPlan => ({
        name: `S${String(index + 1).padStart(2, '0')}-${String(place + 1).padStart(3, '0')}`,
        model: prng.pick(['Pro', 'Pro', 'Go', 'Go 2']),
        circuit: Math.floor(place / PER_CIRCUIT),
        start: prng.pick(['free', 'free', 'free', 'free', 'charging', 'full']),
      }));
      return site(index + 1, plans);
    });
    return { houses: 10 * sites, sessionsPerDay: 0.05, installations };
  },
};
