/** Pure rooms have no I/O, and so no excuse. */
const PURE = 85;
/** Some waiting times of these change nothing that a test could see. */
const WITH_IO = 70;

export interface Room {
  /** Folders or files whose specs show what the room does; the whole of a folder counts. */
  specs: readonly string[];
  /** Those among them that take long, and find hardly a mutant that no quick one finds. */
  without?: readonly string[];
  /** The least share of mutants that a spec has to find, in %. */
  goal: number;
}

/** The rooms of `src` that are measured. */
export const ROOMS: Readonly<Record<string, Room>> = {
  'src/phases': {
    specs: ['test/src/phases', 'test/src/api/writes.spec.ts', 'test/src/current/control.spec.ts'],
    goal: PURE,
  },
  'src/zaptec': { specs: ['test/src/zaptec'], goal: PURE },
  'src/state': { specs: ['test/src/state'], goal: PURE },
  // For these parts of energy and current their own specs are enough.
  'src/energy/load-guard': { specs: ['test/src/energy/load-guard'], goal: PURE },
  'src/energy/plan': { specs: ['test/src/energy/plan'], goal: PURE },
  'src/energy/surplus': { specs: ['test/src/energy/surplus'], goal: PURE },
  'src/energy': { specs: ['test/src/energy'], goal: PURE },
  'src/current/governor': { specs: ['test/src/current/governor'], goal: PURE },
  'src/current': {
    specs: ['test/src/current', 'test/src/api/writes.spec.ts'],
    // A real Redis, and processes that are killed.
    without: ['test/src/current/several-machines.spec.ts', 'test/src/current/killed.spec.ts'],
    goal: PURE,
  },
  'src/commands': { specs: ['test/src/commands'], goal: PURE },
  'src/api': { specs: ['test/src/api'], goal: PURE },
  'src/http': {
    specs: ['test/src/http'],
    without: ['test/src/http/priority.spec.ts', 'test/src/http/proxy.spec.ts', 'test/src/http/storm.spec.ts'],
    goal: WITH_IO,
  },
  'src/feed': { specs: ['test/src/feed'], without: ['test/src/feed/bus/sdk-loading.spec.ts'], goal: WITH_IO },
};
