import { expect } from 'chai';
import type { RequestLog } from '../../../nodes/connection/request-log';
import { charger, connection, CONNECTION_ID, flow } from '../../support/node-red/builder';
import { accountOf, ask, deploy, get, logLines, useNodeRed } from '../../support/node-red/harness';
import { VirtualCloud } from '../../support/node-red/virtual-cloud';

const HOUR = 3_600_000;

/** In a real Node-RED, in virtual time. */
describe('the log of the requests of a connection', () => {
  useNodeRed();
  let cloud: VirtualCloud;
  beforeEach(async () => {
    cloud = new VirtualCloud();
    // What lingers of the tests before has servers that are gone.
    cloud.time.patienceMs = 1_000;
    await cloud.start([charger({ action: 'list' })]);
  });
  afterEach(() => cloud.stop());

  const requestLog = (): RequestLog => (get(CONNECTION_ID) as unknown as { requestLog: RequestLog }).requestLog;
  const lines = () => logLines().filter(({ msg }) => typeof msg === 'string' && msg.includes(', attempt 1, lane '));
  const list = () => cloud.time.until(ask('charger', { refresh: true }));

  it('is off until somebody switches it on, says who sends each request, and ends after an hour', async () => {
    await list();
    expect([lines(), requestLog().state]).to.deep.equal([[], {}]);
    const { until } = await cloud.time.until(requestLog().switch(true));
    expect(until).to.equal(Date.now() + HOUR);
    await cloud.time.advance(20 * 60_000);
    expect(await requestLog().switch(true), 'once more is no longer').to.deep.equal({ until });
    await list();
    const shown = lines();
    expect(shown).to.have.lengthOf(1);
    expect(shown[0]).to.include({ level: 40, type: 'zaptec-connection' });
    expect(shown[0]!.msg).to.match(
      /^GET \/api\/chargers\?PageSize=100&.* 200 in \d+ ms, attempt 1, lane message, by charger$/,
    );
    await cloud.time.advance(41 * 60_000);
    expect(requestLog().state).to.deep.equal({});
    await list();
    expect(lines()).to.have.lengthOf(1);
  }).timeout(60_000);

  it('ends when it is switched off, and with a deploy', async () => {
    await cloud.time.until(requestLog().switch(true));
    expect(await requestLog().switch(false)).to.deep.equal({});
    await cloud.time.until(requestLog().switch(true));
    const before = requestLog();
    const { baseUrl } = cloud.cloud;
    const nodes = [connection({ cloud: 'custom', baseUrl, name: 'Another' }), ...flow(charger({ action: 'list' }))];
    // Loading takes real time, in which the pretended one stands still.
    await deploy(nodes, 'full', accountOf(cloud.cloud));
    expect([before.state, requestLog().state]).to.deep.equal([{}, {}]);
    await list();
    expect(lines()).to.deep.equal([]);
  });
});
