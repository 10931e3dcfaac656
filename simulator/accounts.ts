import type { SimulatorAccount } from './rest/context';

/** The accounts of the pretend cloud, owner first. Their odd characters are there to catch clients that do not encode. */
export const accounts = (): SimulatorAccount[] => [
  { username: 'owner@simulator.example', password: 'made-up & 100% "söl" +owner ä', role: 'owner' },
  { username: 'service@simulator.example', password: 'made-up & 50% "söl" +service ä', role: 'service' },
  { username: 'user@simulator.example', password: 'made-up & 10% "söl" +user ä', role: 'user' },
];
