import { expect } from 'chai';
import { PERMIT_SCRIPT, type PermitAnswer, type PermitQuestion } from '../../../src/cluster/permit-script';
import { tryRedis } from '../../../src/cluster/redis-trial';
import { pause } from '../../support/cluster/machines';
import { useRedis } from '../../support/redis-server';

const ACCOUNT = 'account';
const MACHINES = `zaptec:{${ACCOUNT}}:machines`;
const KEYS = [`zaptec:{${ACCOUNT}}:leases`, `zaptec:{${ACCOUNT}}:limit`, MACHINES] as const;
/** After so long without a word the share of a machine is kept free, in ms. */
const SILENT_MS = 800;

/** As **Test** tries an address that stands in the dialog. */
describe('an address of Redis that is tried', function () {
  this.timeout(30_000);
  const { redis, store } = useRedis();
  const ask = async (over: Partial<PermitQuestion>) => {
    const question: PermitQuestion = { machine: 'silent', limit: 10, share: 10, holdBack: 60_000, look: true, ...over };
    return JSON.parse(String(await store().eval(PERMIT_SCRIPT, 3, ...KEYS, JSON.stringify(question)))) as PermitAnswer;
  };

  it('leaves the shares of silent machines to the hold-back of those that share, and itself nothing', async () => {
    await ask({});
    await pause(SILENT_MS + 100);
    const trial = await tryRedis(ACCOUNT, `${redis().url}?holdBackS=0`);
    expect(trial).to.have.nested.property('cluster.machines', 2);
    expect(await store().hkeys(MACHINES)).to.deep.equal(['silent']);
    expect(await ask({ machine: 'other' })).to.include({ machines: 2 });
  });
});
