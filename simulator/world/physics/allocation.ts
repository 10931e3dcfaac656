import type { PhaseUse } from '../device';

/** The current that one charger requests. */
export interface Demand {
  phases: PhaseUse;
  /** The highest current that the charger can use, A per phase. */
  requestedA: number;
  /** The lowest current that the charger can use, A per phase; otherwise it gets 0. */
  minA: number;
  /** The current of a prioritised session, A per phase (docs/zaptec-api.md, "Session and priority"). */
  prioritisedA?: number;
  circuitId: string;
  /** The start of the session: when current is short, the earlier session comes first. */
  since: number;
}

/** A per phase. */
export type Budget = [number, number, number];

const PHASES = [0, 1, 2] as const;
const TINY = 1e-6;

/**
 * Allocates the current of an installation and its circuits, A per phase: first to prioritised sessions their current, then
 * to the others their minimum in the order of arrival, then the rest equally. Returns the share of each demand in the given
 * order; the sums never exceed a budget.
 */
export function allocate(demands: readonly Demand[], whole: Budget, circuits: ReadonlyMap<string, Budget>): number[] {
  const shares = demands.map(() => 0);
  const left: Budget = [...whole];
  const leftOf = new Map([...circuits].map(([id, budget]): [string, Budget] => [id, [...budget]]));
  const budgetsOf = (demand: Demand): Budget[] => [left, leftOf.get(demand.circuitId) ?? left];
  const give = (index: number, demand: Demand, ampere: number): void => {
    shares[index] = (shares[index] ?? 0) + ampere;
    for (const budget of new Set(budgetsOf(demand))) {
      for (const phase of PHASES) if (demand.phases[phase]) budget[phase] -= ampere;
    }
  };

  const admitted: { index: number; demand: Demand }[] = [];
  for (const entry of inOrder(demands)) {
    const { index, demand } = entry;
    const room = roomFor(demand, budgetsOf(demand));
    if (demand.requestedA + TINY < demand.minA || room + TINY < demand.minA) continue;
    const first = Math.max(demand.minA, Math.min(demand.requestedA, demand.prioritisedA ?? 0));
    give(index, demand, Math.min(first, Math.max(0, room)));
    admitted.push(entry);
  }
  raiseEqually(admitted, shares, budgetsOf, give);
  return shares;
}

function inOrder(demands: readonly Demand[]): { index: number; demand: Demand }[] {
  const rank = ({ prioritisedA }: Demand): number => (prioritisedA === undefined ? 1 : 0);
  return demands
    .map((demand, index) => ({ index, demand }))
    .sort((a, b) => rank(a.demand) - rank(b.demand) || a.demand.since - b.demand.since || a.index - b.index);
}

function roomFor({ phases }: Demand, budgets: readonly Budget[]): number {
  let room = Infinity;
  for (const budget of budgets) for (const phase of PHASES) if (phases[phase]) room = Math.min(room, budget[phase]);
  return room;
}

/** Raises all shares equally until a budget is used up; a demand that is satisfied or limited drops out. */
function raiseEqually(
  admitted: readonly { index: number; demand: Demand }[],
  shares: readonly number[],
  budgetsOf: (demand: Demand) => Budget[],
  give: (index: number, demand: Demand, ampere: number) => void,
): void {
  const missing = ({ index, demand }: { index: number; demand: Demand }): number =>
    demand.requestedA - (shares[index] ?? 0);
  let rising = admitted.filter((entry) => missing(entry) > TINY);
  while (rising.length > 0) {
    const users = countUsers(rising, budgetsOf);
    let rise = Infinity;
    for (const entry of rising) rise = Math.min(rise, missing(entry), equalPart(entry.demand, budgetsOf, users));
    if (rise > 0) for (const { index, demand } of rising) give(index, demand, rise);
    const still = rising.filter((entry) => missing(entry) > TINY && equalPart(entry.demand, budgetsOf, users) > TINY);
    if (still.length === rising.length) return;
    rising = still;
  }
}

type Users = Map<Budget, [number, number, number]>;

function countUsers(rising: readonly { demand: Demand }[], budgetsOf: (demand: Demand) => Budget[]): Users {
  const users: Users = new Map();
  for (const { demand } of rising) {
    for (const budget of new Set(budgetsOf(demand))) {
      const counts = users.get(budget) ?? [0, 0, 0];
      for (const phase of PHASES) if (demand.phases[phase]) counts[phase]++;
      users.set(budget, counts);
    }
  }
  return users;
}

function equalPart(demand: Demand, budgetsOf: (demand: Demand) => Budget[], users: Users): number {
  let part = Infinity;
  for (const budget of budgetsOf(demand)) {
    const counts = users.get(budget);
    for (const phase of PHASES) {
      if (demand.phases[phase] && counts) part = Math.min(part, Math.max(0, budget[phase]) / counts[phase]);
    }
  }
  return part;
}
