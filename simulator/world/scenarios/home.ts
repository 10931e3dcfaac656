import { LASTING_CAR, type InstallationPlan, type Scenario } from './plan';

export const HOME: InstallationPlan = {
  name: 'Home',
  address: 'Example Street 1',
  zipCode: '0150',
  city: 'Oslo',
  installationType: 1,
  networkType: 4,
  maxCurrent: 32,
  // As both recorded installations.
  availableCurrentUnset: true,
  availableCurrentMode: 0,
  threeToOnePhaseSwitchCurrent: 8,
  authenticationRequired: false,
  circuits: [{ name: 'Charge circuit', maxCurrent: 32 }],
  users: ['Ada Berg', 'Bo Dahl'],
  chargers: [
    { name: 'Garage', model: 'Go', circuit: 0, start: 'charging', car: LASTING_CAR, pinnedHours: 12 },
    { name: 'Carport', model: 'Go 2', circuit: 0, start: 'free', pinnedHours: 6 },
  ],
};

export const home: Scenario = {
  about: 'a house with two chargers, one of them charging',
  plan: () => ({ houses: 1, sessionsPerDay: 0.7, installations: [HOME] }),
};
