import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect } from 'chai';
import helper from 'node-red-node-test-helper';
import { startSimulator } from '../../../simulator/index';
import { connection, flow, sink, updateCurrent } from '../../support/node-red/builder';
import {
  accountOf,
  load,
  logLines,
  send,
  siteOf,
  status,
  until,
  useNodeRed,
  type Simulator,
} from '../../support/node-red/harness';

const MINUTE = 60_000;

describe('a record of the last write that cannot be written', () => {
  const userDir = mkdtempSync(join(tmpdir(), 'zaptec-blocked-'));
  before(() => helper.settings({ userDir }));
  useNodeRed();
  let cloud: Simulator;
  beforeEach(async () => {
    cloud = await startSimulator({ scenario: 'home' });
  });
  afterEach(() => cloud.stop());
  after(() => {
    helper.settings({});
    rmSync(userDir, { recursive: true, force: true });
  });

  it('is said at once in log and status, and lets the first raise wait', async () => {
    writeFileSync(join(userDir, 'zaptec'), 'a file in its place');
    cloud.world.setAvailableCurrent(siteOf(cloud).id, [10, 10, 10]);
    const decided = connection({ cloud: 'custom', baseUrl: cloud.baseUrl });
    await load([decided, ...flow(updateCurrent(), sink('decisions'))], accountOf(cloud));
    await status('current', 'no record kept');
    const lines = logLines().filter(({ level, type }) => level === 30 && type === 'zaptec-update-current');
    expect(lines.map(({ msg }) => msg)).to.have.length(1);
    expect(lines[0]?.msg).to.match(/zaptec.*cannot be written \((EEXIST|ENOTDIR)\).*first raise waits 15 minutes/);
    const deferred = until('decisions', ({ payload }) => payload.decision === 'deferred');
    send('current', { payload: 20 });
    const { payload } = await deferred;
    expect(Date.parse(payload.until) - Date.now()).to.be.within(14 * MINUTE, 15 * MINUTE);
    send('current', { payload: 8 });
    await status('current', '8 A, no record');
    expect(siteOf(cloud).availableCurrent).to.deep.equal([8, 8, 8]);
  });
});
