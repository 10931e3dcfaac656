import { expect } from 'chai';
import type { Currents } from '../../../src/client';
import { LOAD_GUARD_KIND } from '../../../nodes/load-guard/guard-kind';
import type { Seen } from '../../../nodes/shared/strategy/kind';

type Guard = Parameters<NonNullable<typeof LOAD_GUARD_KIND.look>>[0];

const [HOME, OFFICE] = ['11111111-1111-4111-8111-111111111111', '22222222-2222-4222-8222-222222222222'] as const;
const SET: Currents = { phase1: 6, phase2: 6, phase3: 6 };

/** What a guard learns to be set, of an account where the current of the home alone is. */
function learnt(installation: string | undefined, isListKnown = true): unknown[] {
  const seen: unknown[] = [];
  const guard = {
    setWallLead: () => undefined,
    awaitCars: () => undefined,
    setCars: () => undefined,
    setApplied: (limit: Currents) => void seen.push(limit),
  } as unknown as Guard;
  const data = [
    { id: HOME, name: 'Home' },
    { id: OFFICE, name: 'Office' },
  ];
  const client = {
    known: { installations: isListKnown ? { data } : undefined },
    current: { applied: (id: string | undefined) => (id === undefined || id === HOME ? SET : undefined) },
  };
  LOAD_GUARD_KIND.look?.(guard, {
    ...{ now: 0, client, chargers: [], references: { charger: undefined, installation } },
  } as unknown as Seen);
  return seen;
}

describe('a load guard that knows no charger yet', () => {
  it('takes the current of the only installation that has one set, where its settings name none', () => {
    expect(learnt(undefined)).to.deep.equal([SET]);
  });

  it('takes that of the installation that its settings name', () => {
    for (const name of ['Home', ' home ', HOME]) expect(learnt(name), name).to.deep.equal([SET]);
  });

  it('does not take that of another installation', () => {
    for (const name of ['Office', OFFICE]) expect(learnt(name), name).to.deep.equal([]);
    expect(learnt('Office', false), 'before the list of installations is read').to.deep.equal([]);
  });
});
