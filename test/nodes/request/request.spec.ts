import { expect } from 'chai';
import { catchAll, flow, request } from '../../support/node-red/builder';
import {
  ask,
  expectSchema,
  failing,
  load,
  loadAt,
  logLines,
  siteOf,
  useCloud,
  useNodeRed,
} from '../../support/node-red/harness';
import { connection } from '../../support/node-red/builder';

describe('the request node', () => {
  useNodeRed();
  const cloud = useCloud({ scenario: 'housing' });
  const start = (over: Parameters<typeof request>[0]) => loadAt(cloud(), flow(request(over)));

  it('asks any documented endpoint, decoded', async () => {
    await start({ path: '/api/chargers?PageSize=10' });
    const message = await ask('request');
    expect(message.payload.data).to.have.length(10);
    expect(message.payload.data[0]).to.include.keys('id', 'deviceId').and.not.include.keys('pin', 'Pin');
    expect(message.topic).to.equal('zaptec/api/chargers');
    expectSchema('meta', message.zaptec);
  });

  it('follows pages', async () => {
    await start({ path: '/api/chargers', pages: true });
    const { payload } = await ask('request');
    expect(payload).to.have.length(130);
    expect(new Set(payload.map(({ id }: { id: string }) => id))).to.have.property('size', 130);
  });

  it('takes the path from the message and the payload as the body', async () => {
    await start({ path: 'where', pathType: 'msg', method: 'POST' });
    const { id } = siteOf(cloud());
    const message = await ask('request', {
      where: `/api/installation/${id}/update`,
      payload: { availableCurrent: 20 },
    });
    expect(message.topic).to.equal(`zaptec/api/installation/${id}/update`);
    expect(await failing('request', { where: `/api/installation/${id}/update`, payload: 7 })).to.have.property(
      'code',
      'INPUT_INVALID',
    );
    expect(await failing('request', { payload: {} })).to.have.property('code', 'INPUT_INVALID');
    expect(await failing('request', { where: 'https://elsewhere.example/api' })).to.have.property(
      'code',
      'INPUT_INVALID',
    );
    expect(await failing('request', { where: '//elsewhere.example/api' })).to.have.property('code', 'INPUT_INVALID');
  });

  it('refuses an undocumented endpoint, unless told, and then warns once', async () => {
    await loadAt(
      cloud(),
      flow(
        request({ path: '/api/userGroups' }),
        request({ id: 'told', path: '/api/userGroups', undocumented: true }),
        catchAll(),
      ),
    );
    expect(await failing('request')).to.have.property('code', 'UNDOCUMENTED');
    for (let n = 0; n < 2; n += 1) await ask('told').catch(() => undefined);
    const warnings = logLines().filter(({ msg }) => String(msg).includes('no documented endpoint'));
    expect(warnings).to.have.length(1);
  });

  it('treats a parameter that nobody documents the same', async () => {
    await loadAt(
      cloud(),
      flow(
        request({ path: 'where', pathType: 'msg' }),
        request({ id: 'told', path: 'where', pathType: 'msg', undocumented: true }),
        catchAll(),
      ),
    );
    const where = (n: number) => ({ where: `/api/installation/${siteOf(cloud()).id}?_=${n}` });
    const refused = await failing('request', where(1));
    expect(refused).to.have.property('code', 'UNDOCUMENTED');
    expect(refused.cause.remedy).to.match(
      /^Leave it out.*, or tick "Allow undocumented endpoints" in the request node$/,
    );
    const before = cloud().requests.length;
    expect((await ask('told', where(1))).payload.id).to.equal(siteOf(cloud()).id);
    for (const n of [2, 3]) expect(await failing('told', where(n))).to.have.property('code', 'TOO_SOON');
    expect(
      cloud()
        .requests.slice(before)
        .filter(({ path }) => path.startsWith('/api/')),
    ).to.have.length(1);
    const warnings = logLines().filter(({ msg }) => String(msg).includes('does not document the query parameter "_"'));
    expect(warnings.filter(({ level }) => level === 30)).to.have.length(1);
  });

  it('reads the house meter of the built-in simulator', async () => {
    await load(flow(connection({ cloud: 'simulator' }), request({ path: '/simulator/meter' })));
    const { payload } = await ask('request');
    expect(payload).to.be.an('object');
  });
});
