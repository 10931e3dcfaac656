import { expect } from 'chai';
import type { SinonFakeTimers } from 'sinon';
import { zaptecError } from '../../../src/errors/zaptec-error';
import type { Answer } from '../../../src/http/cache';
import { PhaseBudget } from '../../../src/phases/budget';
import { spend } from '../../../src/phases/gate';
import { SessionPhases } from '../../../src/phases/session-phases';
import { clock } from '../../../src/time/clock';
import { failureOf } from '../../support/failure';
import { fakeTimers } from '../../support/fake-timers';

const DWELL_MS = 15 * 60_000;
const ANSWER = { data: null } as Answer<unknown>;

describe('a switch of the phases', () => {
  let timers: SinonFakeTimers;
  beforeEach(() => (timers = fakeTimers()));
  afterEach(() => timers.restore());

  const send = () => Promise.resolve(ANSWER);

  it('of one charger leaves the others free, and one of all chargers none', async () => {
    const budget = new PhaseBudget();
    await spend({ budget, chargerId: 'one' }, [], send);
    await spend({ budget, chargerId: 'two' }, [], send);
    expect((await failureOf(spend({ budget, chargerId: 'one' }, [], send))).code).to.equal('PHASES_TOO_SOON');
    expect((await failureOf(spend({ budget }, [], send))).code).to.equal('PHASES_TOO_SOON');
    timers.tick(DWELL_MS);
    expect(await spend({ budget }, [], send)).to.equal(ANSWER);
    expect((await failureOf(spend({ budget, chargerId: 'one' }, [], send))).code).to.equal('PHASES_TOO_SOON');
  });

  it('is possible again from the time on that the error names', async () => {
    const budget = new PhaseBudget();
    await spend({ budget }, [], send);
    timers.tick(DWELL_MS - 1);
    const error = await failureOf(spend({ budget }, [], send));
    const until = new Date(clock.now() + 1).toISOString();
    expect(error.message).to.contain(`may be again from ${until} on`);
    timers.tick(1);
    expect(await spend({ budget }, [], send)).to.equal(ANSWER);
  });

  it('is refused where a session has had all of its switches', async () => {
    const budget = new PhaseBudget(undefined, 1);
    await spend({ budget }, ['a'], send);
    timers.tick(DWELL_MS);
    const error = await failureOf(spend({ budget }, ['b', 'a'], send));
    expect(error.code).to.equal('PHASES_SPENT');
    expect(error.message).to.contain('as often as a charger allows in one session');
    expect(await spend({ budget }, ['b'], send)).to.equal(ANSWER);
  });

  const failures: [string, unknown, boolean][] = [
    ['was never sent', zaptecError('ABORTED', 'closed', { attempts: 0 }), false],
    ['was refused', zaptecError('HTTP_400', 'refused', { attempts: 1, status: 400 }), false],
    ['had no answer', zaptecError('NETWORK', 'no answer', { attempts: 1 }), true],
    ['failed in an unknown way', new Error('unknown'), true],
    ['failed in an unknown way, with a cause', new Error('unknown', { cause: { attempts: 0, status: 400 } }), true],
  ];
  for (const [what, error, counts] of failures) {
    it(`that ${what} ${counts ? 'counts' : 'does not count'}`, async () => {
      const budget = new PhaseBudget();
      // eslint-disable-next-line @typescript-eslint/prefer-promise-reject-errors -- also what is no error of ours
      expect(await failureOf(spend({ budget }, [], () => Promise.reject(error)))).to.equal(error);
      expect(budget.nextAt > clock.steady()).to.equal(counts);
    });
  }

  it('of a session is one only when the phases are others', async () => {
    const phases = new SessionPhases();
    let sent = 0;
    const pass = (session: string, count?: number) =>
      phases.pass(session, count, () => {
        sent += 1;
        return send();
      });
    await pass('a', 1);
    await pass('a', 1);
    await pass('a');
    await pass('b', 3);
    expect(sent).to.equal(4);
    expect((await failureOf(pass('a', 3))).code).to.equal('PHASES_TOO_SOON');
    for (const count of [3, 1, 3, 1]) {
      timers.tick(DWELL_MS);
      await pass('a', count);
    }
    timers.tick(DWELL_MS);
    expect((await failureOf(pass('a', 3))).code).to.equal('PHASES_SPENT');
    await pass('c');
    expect(sent).to.equal(9);
    expect((await pass('c', 1)).data, 'no phases before').to.equal(null);
  });

  it('of a session is forgotten after 500 others', async () => {
    const phases = new SessionPhases();
    for (let n = 0; n < 500; n += 1) await phases.pass(`session ${n}`, 1, send);
    expect(await phases.pass('session 0', 1, send), 'the same again is no switch').to.equal(ANSWER);
    await phases.pass('session 500', 1, send);
    expect(await phases.pass('session 1', 1, send)).to.equal(ANSWER);
    await phases.pass('session 0', 1, send);
    expect((await failureOf(phases.pass('session 0', 3, send))).code).to.equal('PHASES_TOO_SOON');
  });
});
