import { expect } from 'chai';
import type { FeedTiming } from '../../../src/feed/timing';
import { clock } from '../../../src/time/clock';
import { FeedCloud } from '../../support/feed/feed-cloud';

const SECOND = 1_000;
const MINUTE = 60 * SECOND;
const HOUR = 60 * MINUTE;
const CAR = { batteryKwh: 60, charge: 0.3, target: 1, maxA: 16, phases: 3 } as const;

describe('sessions of which every message was lost', () => {
  let cloud: FeedCloud;
  /** As a context store of Node-RED keeps it. */
  let kept: string | undefined;
  const memory = {
    load: () => Promise.resolve(kept === undefined ? undefined : (JSON.parse(kept) as unknown)),
    save: (data: unknown) => (kept = JSON.stringify(data)),
  };

  const begin = async (role: 'owner' | 'service' = 'owner', timing: Partial<FeedTiming> = {}) => {
    kept = undefined;
    cloud = await FeedCloud.start({ speed: 1 });
    cloud.client.close();
    cloud.client = cloud.connection(role);
    cloud.open({ memory }, timing);
    await cloud.live();
    await cloud.clock.until(cloud.feed.ready);
    cloud.simulator.world.unplug(cloud.charger.id);
    await cloud.pass(20 * MINUTE);
  };
  afterEach(() => cloud.stop());

  /** Ids in the order of the reports; the other chargers at home have sessions as well. */
  const reported = (...ids: readonly string[]): string[] =>
    cloud.sessions.flatMap(({ kind, session: { id } }) =>
      kind === 'session-finished' && ids.includes(id) ? [id] : [],
    );
  const archives = () => cloud.requests('/api/sessions/archived');
  /** @returns the ids of sessions that began and ended. */
  const charge = async (times: number): Promise<string[]> => {
    const { world } = cloud.simulator;
    const before = world.history.length;
    for (let n = 0; n < times; n += 1) {
      world.plug(cloud.charger.id, CAR);
      await cloud.pass(20 * SECOND);
      world.unplug(cloud.charger.id);
      await cloud.pass(20 * SECOND);
    }
    return world.history.slice(before).map(({ id }) => id);
  };

  it('while the subscription was removed are reported once it is back, in order and once', async () => {
    await begin();
    cloud.fault('bus-removed');
    cloud.fault('bus-details-5xx');
    await cloud.until('away', () => cloud.now.state !== 'live');
    const lost = await charge(3);
    cloud.simulator.faults.clear();
    await cloud.live(10 * MINUTE);
    const before = archives();
    await cloud.until('reported', () => reported(...lost).length === 3, 20 * MINUTE);
    // A read has reported the last one before.
    expect(reported(...lost).slice(1)).to.deep.equal(lost.slice(0, 2));
    expect(archives() - before).to.equal(1);
    await cloud.pass(40 * MINUTE);
    expect(reported(...lost)).to.have.length(3);
    expect(archives() - before, 'the archive is not read again').to.equal(1);
    expect(cloud.simulator.audit.clean()).to.equal(true);
  });

  it('whose values were lost without a trace are reported by the daily read of the archive', async () => {
    await begin('owner', { backfillCalmMs: 40 * MINUTE });
    cloud.fault('bus-no-value');
    const lost = await charge(2);
    cloud.fault('bus-no-value', false);
    const [last = ''] = await charge(1);
    await cloud.pass(5 * MINUTE);
    expect(reported(last, ...lost)).to.deep.equal([last]);
    const before = archives();
    await cloud.until('reported', () => reported(...lost).length === 2, 50 * MINUTE);
    expect(reported(last, ...lost)).to.deep.equal([last, ...lost]);
    expect(archives() - before).to.equal(1);
  });

  it('because it went to a second consumer are reported within minutes where the numbers of later messages show it', async () => {
    await begin();
    await charge(1);
    cloud.fault('bus-thief', true, { probability: 1 });
    const lost = await charge(2);
    cloud.fault('bus-thief', false);
    const [last = ''] = await charge(1);
    const before = archives();
    await cloud.until('reported', () => reported(...lost).length === 2, 5 * MINUTE);
    expect(reported(last, ...lost)).to.deep.equal([last, ...lost]);
    expect(archives() - before).to.equal(1);
    expect(cloud.simulator.audit.clean()).to.equal(true);
  });

  it('to a second consumer that reads reveal are reported soon, as long as it is suspected', async () => {
    await begin('owner', { auditMs: 10 * MINUTE });
    const { world } = cloud.simulator;
    const known = world.history.length;
    cloud.fault('bus-thief');
    for (let minute = 0; minute < 90 && !cloud.now.suspicion; minute += 1) {
      if (minute % 2) world.unplug(cloud.charger.id);
      else world.plug(cloud.charger.id, CAR);
      await cloud.pass(MINUTE);
    }
    expect(cloud.now.suspicion).to.equal('second-consumer');
    const lost = [...world.history.slice(known).map(({ id }) => id), ...(await charge(3))];
    await cloud.pass(20 * MINUTE);
    expect(reported(...lost).sort()).to.deep.equal([...lost].sort());
    expect(cloud.simulator.audit.clean()).to.equal(true);
  });

  it('while Node-RED was down for an hour are reported after the restart', async () => {
    await begin();
    cloud.feed.close();
    cloud.client.close();
    await cloud.pass(MINUTE);
    const lost = await charge(2);
    await cloud.pass(HOUR);
    cloud.client = cloud.connection();
    cloud.open({ memory });
    await cloud.live();
    await cloud.until('reported', () => reported(...lost).length === 2, 20 * MINUTE);
    await cloud.pass(30 * MINUTE);
    expect(reported(...lost)).to.have.length(2);
  });

  /** Two sessions while no feed is there. @returns their ids, once no message of them waits any more */
  const chargeAlone = async (): Promise<string[]> => {
    await begin();
    cloud.feed.close();
    cloud.client.close();
    await cloud.pass(MINUTE);
    const lost = await charge(2);
    // So long messages wait.
    await cloud.pass(5 * MINUTE);
    return lost;
  };
  const beginAnew = async () => {
    kept = undefined;
    cloud.client = cloud.connection();
    cloud.open({ memory }, { backfillCalmMs: 20 * MINUTE });
    await cloud.live();
  };

  it('before the first feed are history', async () => {
    const lost = await chargeAlone();
    await beginAnew();
    const before = archives();
    await cloud.pass(35 * MINUTE);
    expect(reported(...lost)).to.deep.equal([]);
    expect(archives() - before).to.equal(1);
  });

  it('before the first feed are history, also where the wall clock was behind at the start', async () => {
    const lost = await chargeAlone();
    cloud.clock.setWallClock(-50 * MINUTE);
    clock.restart();
    await beginAnew();
    await cloud.pass(MINUTE);
    cloud.clock.setWallClock(50 * MINUTE);
    const before = archives();
    await cloud.pass(35 * MINUTE);
    expect(reported(...lost)).to.deep.equal([]);
    expect(archives()).to.be.above(before);
  });

  it('stay unknown to an account that may not read the archive, which is tried once a day', async () => {
    await begin('service');
    cloud.fault('bus-removed');
    await cloud.until('away', () => cloud.now.state !== 'live');
    cloud.fault('bus-removed', false);
    await cloud.live(10 * MINUTE);
    const before = archives();
    await cloud.pass(100 * MINUTE);
    expect(archives() - before).to.equal(1);
  });
});
