import { expect } from 'chai';
import fc from 'fast-check';
import { SessionPowers } from '../../../../src/energy/plan/session-powers';

const MINUTE = 60_000;
const HOUR = 60 * MINUTE;

/** After sessions that drew these powers for an hour each. */
function after(...kilowatts: number[]): SessionPowers {
  const sessions = new SessionPowers();
  for (const kw of kilowatts) {
    sessions.observe(kw, HOUR);
    sessions.end();
  }
  return sessions;
}

function restored(dumped: unknown): SessionPowers {
  const sessions = new SessionPowers();
  sessions.restore(dumped);
  return sessions;
}

describe('the power of earlier sessions', () => {
  it('is not known before one has ended', () => {
    const sessions = after();
    sessions.observe(4, 2 * HOUR);
    expect(sessions.kilowatts).to.deep.equal([]);
    sessions.end();
    expect(sessions.kilowatts).to.deep.equal([4]);
  });

  it('is the mean of the time in which each was seen charging', () => {
    const sessions = after(8);
    sessions.observe(3, HOUR);
    sessions.observe(6, 2 * HOUR);
    sessions.end();
    expect(sessions.kilowatts).to.deep.equal([8, 5]);
  });

  it('is that of the last seven', () => {
    expect(after(1, 2, 3, 4, 5, 6, 7).kilowatts).to.deep.equal([1, 2, 3, 4, 5, 6, 7]);
    expect(after(1, 2, 3, 4, 5, 6, 7, 8).kilowatts).to.deep.equal([2, 3, 4, 5, 6, 7, 8]);
  });

  it('leaves out a session of less than 1 kWh, such as a car that warms its battery', () => {
    const sessions = after(8);
    for (const [kw, minutes] of [
      [1, 10],
      [2.9, 20],
      [0.9, 60],
    ] as const) {
      sessions.observe(kw, minutes * MINUTE);
      sessions.end();
    }
    expect(sessions.kilowatts).to.deep.equal([8]);
    sessions.observe(3, 20 * MINUTE);
    sessions.end();
    expect(sessions.kilowatts).to.deep.equal([8, 3]);
  });

  it('leaves out a session that charged for less than ten minutes, and power that is none', () => {
    const sessions = after(8);
    sessions.observe(7, 10 * MINUTE - 1);
    sessions.end();
    for (const kw of [0, 0.4, NaN, Infinity, 1_001]) sessions.observe(kw, HOUR);
    sessions.observe(5, NaN);
    sessions.observe(5, 0);
    sessions.end();
    expect(sessions.kilowatts).to.deep.equal([8]);
    sessions.observe(7, 10 * MINUTE);
    sessions.end();
    expect(sessions.kilowatts).to.deep.equal([8, 7]);
  });

  it('is the same after a restart, also one in the middle of a session', () => {
    const sessions = after(4, 5, 6);
    sessions.observe(3, HOUR);
    const other = restored(JSON.parse(JSON.stringify(sessions.dump())));
    for (const each of [sessions, other]) {
      each.observe(9, HOUR);
      each.end();
    }
    expect(other.kilowatts).to.deep.equal([4, 5, 6, 6]);
    expect(other.dump()).to.deep.equal(sessions.dump());
  });

  it('takes nothing but powers from a damaged store, and no more than seven', () => {
    const running = { ms: HOUR, kwMs: -3 };
    const sessions = restored({ kilowatts: [9, 1, 2, '7', null, 3, 5_000, 4, 0.1, 5, 6, 7], running });
    sessions.end();
    expect(sessions.kilowatts).to.deep.equal([1, 2, 3, 4, 5, 6, 7]);
  });

  it('is a power that a charger may give, whatever was kept', () => {
    const running = fc.oneof(fc.anything(), fc.record({ ms: fc.double(), kwMs: fc.double() }));
    const kilowatts = fc.oneof(fc.anything(), fc.array(fc.oneof(fc.double(), fc.anything())));
    fc.assert(
      fc.property(fc.oneof(fc.anything(), fc.record({ kilowatts, running })), (dumped) => {
        const sessions = restored(dumped);
        sessions.end();
        for (const kw of sessions.kilowatts) expect(kw).to.be.within(0.5, 1_000);
      }),
    );
  });
});
