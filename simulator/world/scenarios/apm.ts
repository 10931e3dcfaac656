import { LASTING_CAR, type InstallationPlan, type Scenario } from './plan';

const SHOP: InstallationPlan = {
  name: 'Shop',
  address: 'Market Square 3',
  zipCode: '5003',
  city: 'Bergen',
  installationType: 0,
  networkType: 4,
  maxCurrent: 63,
  // The cloud controls the current, so an update is refused with 527 (docs/zaptec-api.md, "Installation settings").
  availableCurrentMode: 2,
  threeToOnePhaseSwitchCurrent: 15,
  authenticationRequired: false,
  // Left by a former operator: a client must not take it for the present way of authorisation.
  ocppCloudUrl: 'wss://ocpp.simulator.example/1.6/{deviceId}',
  circuits: [{ name: 'Car park', maxCurrent: 63 }],
  users: ['Kim Lund', 'Nora Moe'],
  chargers: [
    { name: 'Left', model: 'Pro', circuit: 0, start: 'charging', car: LASTING_CAR, pinnedHours: 12 },
    { name: 'Middle', model: 'Pro', circuit: 0, start: 'free' },
    { name: 'Right', model: 'Pro', circuit: 0, start: 'full' },
  ],
};

export const apm: Scenario = {
  about: 'a shop under automatic power management, which refuses changes of the current',
  plan: () => ({ houses: 3, sessionsPerDay: 0.8, installations: [SHOP] }),
};
