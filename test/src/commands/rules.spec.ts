import { expect } from 'chai';
import type { CommandName } from '../../../src/commands/commands';
import { chargerFacts, type ChargerFacts } from '../../../src/commands/facts';
import {
  completionOf,
  decideCommand,
  decideToggle,
  remainingReason,
  type Completion,
} from '../../../src/commands/rules';

const facts = (of: Partial<ChargerFacts>): ChargerFacts => ({ mode: 'unknown', scheduled: false, ...of });
const SEND = { do: 'send' };
const nothing = (reason: string) => ({ do: 'nothing', reason });

describe('what is to be done about a command', () => {
  const rows: [CommandName, Partial<ChargerFacts>, object][] = [
    ['pause', { mode: 'finished', finalStop: true }, nothing('paused')],
    ['pause', { mode: 'finished', finalStop: false }, SEND],
    ['pause', { mode: 'finished' }, SEND],
    // A charger that went on after its pause may show it for a moment longer.
    ['pause', { mode: 'charging', finalStop: true }, SEND],
    ['pause', { mode: 'requesting', finalStop: true }, SEND],
    ['pause', {}, SEND],
    ['resume', { mode: 'charging' }, nothing('charging')],
    ['resume', { mode: 'requesting' }, nothing('waiting-for-car')],
    ['resume', { mode: 'requesting', reason: 'not-enough-current' }, nothing('not-enough-current')],
    ['resume', { mode: 'requesting', scheduled: true, reason: 'scheduled' }, SEND],
    ['resume', { mode: 'finished', finalStop: false }, nothing('car-full')],
    ['resume', { mode: 'finished', finalStop: false, reason: 'paused' }, nothing('paused')],
    ['resume', { mode: 'finished', finalStop: true }, SEND],
    ['resume', { mode: 'finished' }, SEND],
    ['resume', { finalStop: false }, SEND],
    ['deauthorize', { mode: 'requesting', sessionId: 'a' }, SEND],
    ['deauthorize', { mode: 'disconnected' }, nothing('no-car')],
    ['deauthorize', { mode: 'requesting' }, nothing('waiting-for-authorisation')],
    ['deauthorize', { mode: 'requesting', reason: 'scheduled' }, nothing('scheduled')],
    ['deauthorize', { mode: 'charging' }, SEND],
    ['restart', { mode: 'disconnected', online: true }, SEND],
    ['upgrade-firmware', { mode: 'charging' }, SEND],
    ['restart', { online: false }, { do: 'refuse' }],
  ];
  for (const [command, state, decision] of rows) {
    it(`${command} in ${JSON.stringify(state)}: ${Object.values(decision).join(', ')}`, () => {
      expect(decideCommand(command, facts(state))).to.deep.equal(decision);
    });
  }
});

describe('what a toggle does', () => {
  const rows: [Partial<ChargerFacts>, object | undefined][] = [
    [{ mode: 'charging' }, { command: 'pause' }],
    [{ mode: 'finished', finalStop: true }, { command: 'resume' }],
    [{ mode: 'finished' }, { command: 'resume' }],
    [
      { mode: 'finished', finalStop: false },
      { command: 'toggle', reason: 'car-full' },
    ],
    [
      { mode: 'finished', finalStop: false, reason: 'paused' },
      { command: 'toggle', reason: 'paused' },
    ],
    [{ mode: 'disconnected' }, { command: 'toggle', reason: 'no-car' }],
    [{ mode: 'requesting' }, { command: 'toggle', reason: 'waiting-for-car' }],
    [
      { mode: 'requesting', reason: 'scheduled' },
      { command: 'toggle', reason: 'scheduled' },
    ],
    [{}, undefined],
  ];
  for (const [state, decision] of rows) {
    it(`in ${JSON.stringify(state)}: ${decision ? Object.values(decision).join(', ') : 'is not known'}`, () => {
      expect(decideToggle(facts(state))).to.deep.equal(decision);
    });
  }
});

describe('whether a charger shows the effect of a command', () => {
  const rows: [CommandName, Partial<ChargerFacts> | undefined, Partial<ChargerFacts>, Completion][] = [
    ['pause', undefined, { mode: 'finished', finalStop: true }, 'yes'],
    ['pause', undefined, { mode: 'finished' }, 'perhaps'],
    ['pause', undefined, { mode: 'finished', finalStop: false }, 'no'],
    ['pause', undefined, { mode: 'charging', finalStop: true }, 'no'],
    ['pause', { mode: 'charging' }, { mode: 'disconnected' }, 'yes'],
    ['resume', { mode: 'finished' }, { mode: 'disconnected' }, 'yes'],
    ['resume', { mode: 'finished' }, { mode: 'charging' }, 'yes'],
    ['resume', { mode: 'finished' }, { mode: 'requesting' }, 'yes'],
    ['resume', { mode: 'finished' }, { mode: 'requesting', finalStop: true }, 'perhaps'],
    ['resume', { mode: 'finished' }, { mode: 'requesting', scheduled: true }, 'yes'],
    ['resume', { mode: 'requesting', scheduled: true }, { mode: 'requesting', scheduled: true }, 'no'],
    ['resume', undefined, { mode: 'requesting', scheduled: true }, 'no'],
    ['resume', { mode: 'finished' }, { mode: 'finished', finalStop: false }, 'perhaps'],
    ['resume', { mode: 'finished' }, { mode: 'finished', finalStop: true }, 'no'],
    ['resume', { mode: 'finished' }, { finalStop: false }, 'no'],
    ['deauthorize', { sessionId: 'a' }, { mode: 'requesting' }, 'yes'],
    ['deauthorize', { sessionId: 'a' }, { sessionId: 'b' }, 'yes'],
    ['deauthorize', { sessionId: 'a' }, { sessionId: 'a' }, 'no'],
    ['deauthorize', {}, { sessionId: 'b' }, 'no'],
    ['deauthorize', undefined, { sessionId: 'b' }, 'no'],
    ['deauthorize', undefined, {}, 'yes'],
  ];
  for (const [command, before, now, completion] of rows) {
    it(`${command} from ${JSON.stringify(before ?? 'an unknown state')} to ${JSON.stringify(now)}: ${completion}`, () => {
      expect(completionOf(command, before && facts(before), facts(now))).to.equal(completion);
    });
  }
});

describe('what a charger waits for after a command', () => {
  const rows: [CommandName, Partial<ChargerFacts>, string | undefined][] = [
    ['pause', { mode: 'disconnected' }, 'no-car'],
    ['pause', { mode: 'finished' }, undefined],
    ['resume', { mode: 'disconnected' }, 'no-car'],
    ['resume', { mode: 'finished' }, 'car-full'],
    ['resume', { mode: 'requesting', authenticationRequired: true }, 'waiting-for-authorisation'],
    ['resume', { mode: 'requesting', authenticationRequired: false }, undefined],
    ['resume', { mode: 'requesting' }, undefined],
    ['resume', { mode: 'charging', authenticationRequired: true }, undefined],
  ];
  for (const [command, state, reason] of rows) {
    it(`${command} in ${JSON.stringify(state)}: ${reason ?? 'nothing'}`, () => {
      expect(remainingReason(command, facts(state))).to.equal(reason);
    });
  }
});

describe('the state that decides about a command', () => {
  const ID = '0a1b2c3d-0000-4000-8000-000000000001';
  const read = (...values: [stateId: number, value: string][]) =>
    chargerFacts(
      ID,
      values.map(([stateId, valueAsString]) => ({ chargerId: ID, stateId, valueAsString })),
    );

  it('is read from the observations', () => {
    const all = read([-2, '1'], [710, '5'], [718, '1'], [120, '0'], [763, '2026-05-04T22:00:00Z'], [721, ID]);
    expect(all).to.deep.include({ online: true, mode: 'finished', finalStop: true, sessionId: ID });
    expect(all).to.deep.include({ authenticationRequired: false, scheduled: true });
  });

  it('is not known where there is none, or none that can be read', () => {
    expect(read()).to.deep.include({ online: undefined, mode: 'unknown', finalStop: undefined, scheduled: false });
    expect(read([718, 'perhaps'], [120, '7'])).to.deep.include({
      finalStop: undefined,
      authenticationRequired: undefined,
    });
  });

  it('has no schedule where its time is blank', () => {
    for (const blank of ['', ' ', '\t']) expect(read([763, blank]).scheduled, JSON.stringify(blank)).to.equal(false);
  });
});
