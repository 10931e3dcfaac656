import { expect } from 'chai';
import type { CommandName } from '../../../src/commands/commands';
import { FeedCloud } from '../../support/feed/feed-cloud';
import { failureOf } from '../../support/failure';

describe('a command with push', () => {
  let cloud: FeedCloud;
  let reads: number;

  beforeEach(async () => {
    cloud = await FeedCloud.start();
    cloud.open();
    await cloud.live();
    const ids = [...cloud.simulator.world.chargers.keys()];
    await cloud.until('the first fill', () => ids.every((id) => cloud.feed.covers(id)));
    reads = cloud.requests('/state');
  });
  afterEach(() => cloud.stop());

  /** Runs a command, with the time that the bus needs. */
  const run = async (command: CommandName) => {
    let done = false;
    const running = cloud.client.chargers.command(cloud.charger.id, command).finally(() => (done = true));
    running.catch(() => undefined);
    await cloud.until(command, () => done, 60_000);
    // A car does not do two things in one moment.
    cloud.simulator.world.advance(1_000);
    return running;
  };
  const commands = () => cloud.requests('/sendCommand/');

  it('is confirmed by the push, without a read', async () => {
    expect(await run('pause')).to.include({ result: 'changed', source: 'push', attempts: 1 });
    expect(await run('pause')).to.include({ result: 'unchanged', reason: 'paused', source: 'store', attempts: 0 });
    expect(await run('resume')).to.include({ result: 'changed', source: 'push' });
    expect(await run('deauthorize')).to.include({ result: 'changed', source: 'push' });
    expect(commands()).to.equal(3);
    expect(cloud.requests('/state')).to.equal(reads);
  });

  it('is refused for an offline charger without a request', async () => {
    cloud.simulator.world.setOnline(cloud.charger.id, false);
    await cloud.until('offline', () => cloud.client.liveState(cloud.charger.id)?.view.snapshot.online === false);
    expect((await failureOf(run('pause'))).code).to.equal('OFFLINE');
    expect(commands()).to.equal(0);
    expect(cloud.requests('/state')).to.equal(reads);
  });

  it('is confirmed by a read where the push stays away', async () => {
    cloud.fault('bus-stall');
    expect(await run('pause')).to.include({ result: 'changed' });
    expect(cloud.requests('/state')).to.be.within(reads + 1, reads + 2);
  });
});
