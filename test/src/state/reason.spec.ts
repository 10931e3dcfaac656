import { expect } from 'chai';
import { reasonOf, type Reason, type ReasonFacts } from '../../../src/state/reason';

type Case = [what: string, facts: ReasonFacts, reason: Reason | undefined];

describe('reasonOf', () => {
  const cases: Case[] = [
    ['offline comes first', { online: false, mode: 'charging' }, 'offline'],
    ['offline before a fault', { online: false, mode: 'finished', warnings: ['RCD_6MA'] }, 'offline'],
    ['online says nothing', { online: true, mode: 'disconnected' }, undefined],
    ['no car, no reason', { mode: 'disconnected', warnings: ['RCD_6MA'], enabled: false }, undefined],
    ['an unknown mode, no reason', { mode: 'unknown', enabled: false }, undefined],
    ['a fault that stops', { mode: 'requesting', warnings: ['HUMIDITY', 'RELAY_WELDED'], enabled: false }, 'fault'],
    ['a fault before a pause', { mode: 'finished', warnings: ['O_PEN'], finalStop: true }, 'fault'],
    ['a warning that only informs', { mode: 'finished', warnings: ['HUMIDITY'], finalStop: true }, 'paused'],
    ['a fault while charging', { mode: 'charging', warnings: ['EMETER_LINK'], allocatedA: 16 }, undefined],
    ['disabled', { mode: 'requesting', enabled: false, schedule: 'x' }, 'disabled'],
    ['the warning of a disabled charger', { mode: 'requesting', enabled: true, warnings: ['DISABLED'] }, 'disabled'],
    ['paused', { mode: 'finished', finalStop: true, schedule: 'x' }, 'paused'],
    ['scheduled before full', { mode: 'finished', finalStop: false, schedule: '2026-05-04T22:00' }, 'scheduled'],
    ['full', { mode: 'finished', finalStop: false, schedule: ' ' }, 'car-full'],
    ['finished with nothing known', { mode: 'finished' }, undefined],
    ['scheduled', { mode: 'requesting', schedule: 'x', authenticationRequired: true }, 'scheduled'],
    [
      'nobody has signed in',
      { mode: 'requesting', authenticationRequired: true, allocatedA: 0 },
      'waiting-for-authorisation',
    ],
    [
      'signed in, no current',
      { mode: 'requesting', authenticationRequired: true, user: 'u', allocatedA: 0 },
      'not-enough-current',
    ],
    ['below the default minimum', { mode: 'requesting', allocatedA: 5.9 }, 'not-enough-current'],
    ['at the default minimum', { mode: 'requesting', allocatedA: 6 }, 'waiting-for-car'],
    ['below its own minimum', { mode: 'requesting', allocatedA: 7, minimumA: 8 }, 'not-enough-current'],
    [
      'stand-alone: the allotment does not count',
      { mode: 'requesting', allocatedA: 0, standAlone: true },
      'waiting-for-car',
    ],
    ['ready, the car does not ask', { mode: 'requesting' }, 'waiting-for-car'],
    ['charging', { mode: 'charging', allocatedA: 16, powerW: 3680 }, undefined],
    ['charging with nothing known', { mode: 'charging' }, undefined],
    ['charging, no current', { mode: 'charging', allocatedA: 0, powerW: 2.8 }, 'not-enough-current'],
    ['charging, no current, no power known', { mode: 'charging', allocatedA: 0 }, 'not-enough-current'],
    ['still drawing', { mode: 'charging', allocatedA: 0, powerW: 3680 }, undefined],
  ];
  for (const [what, facts, reason] of cases) {
    it(`${what}: ${reason ?? 'none'}`, () => expect(reasonOf(facts)).to.equal(reason));
  }
});
