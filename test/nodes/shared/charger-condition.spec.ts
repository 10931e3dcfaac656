import { expect } from 'chai';
import { commandFor, conditionOf, type Condition } from '../../../nodes/shared/editor/charger-condition';
import { clockOf } from '../../../nodes/shared/editor/countdown';

type Row = [Parameters<typeof conditionOf>[0], Condition, ReturnType<typeof commandFor>];

const ROWS: Row[] = [
  [{ mode: 'charging' }, 'charging', 'pause'],
  [{ mode: 'requesting', reason: 'waiting-for-authorisation' }, 'waiting', 'pause'],
  [{ mode: 'requesting', reason: 'not-enough-current' }, 'waiting', 'pause'],
  [{ mode: 'finished', reason: 'paused' }, 'paused', 'resume'],
  [{ mode: 'finished', reason: 'car-full' }, 'full', undefined],
  [{ mode: 'finished' }, 'full', undefined],
  [{ mode: 'disconnected' }, 'no-car', undefined],
  [{ mode: 'charging', online: false }, 'offline', undefined],
  [{ mode: 'disconnected', reason: 'fault', online: false }, 'offline', undefined],
  [{ mode: 'requesting', reason: 'fault', online: true }, 'fault', undefined],
  [{ mode: 'unknown' }, 'unknown', undefined],
];

describe('the condition of a charger in the sidebar', () => {
  for (const [view, condition, command] of ROWS) {
    it(`is ${condition} for ${JSON.stringify(view)}`, () => {
      expect(conditionOf(view)).to.equal(condition);
      expect(commandFor(condition)).to.equal(command);
    });
  }
});

describe('a countdown', () => {
  it('shows minutes and seconds, hours where there are any, and never less than nothing', () => {
    expect([1, 999, 59_001, 754_000, 3_600_000, 3_661_000, -5_000].map(clockOf)).to.deep.equal([
      ...['0:01', '0:01', '1:00', '12:34', '1:00:00', '1:01:01', '0:00'],
    ]);
  });
});
