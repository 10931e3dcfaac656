import type { Role } from './world/model';

/** An account of the simulated cloud. */
export interface SimulatorAccount {
  username: string;
  password: string;
  role: Role;
}

/** The accounts of a simulator, owner first. Their unusual characters find clients that do not encode. */
export const accounts = (): SimulatorAccount[] => [
  { username: 'owner@simulator.example', password: 'made-up & 100% "söl" +owner ä', role: 'owner' },
  { username: 'service@simulator.example', password: 'made-up & 50% "söl" +service ä', role: 'service' },
  { username: 'user@simulator.example', password: 'made-up & 10% "söl" +user ä', role: 'user' },
];
