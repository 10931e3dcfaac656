import { expect } from 'chai';
import { charger, flow, installation, sink, subscribe, updateCurrent } from '../../support/node-red/builder';
import {
  ask,
  failing,
  get,
  loadAt,
  siteOf,
  status,
  useCloud,
  useNodeRed,
  type Simulator,
} from '../../support/node-red/harness';

const commands = ({ requests }: Simulator) => requests.filter(({ path }) => /\/sendcommand\//i.test(path));

describe('an installation from a message, a context or an expression', () => {
  useNodeRed();
  const cloud = useCloud({ scenario: 'home', speed: 0 });
  const everybody = { action: 'command', command: 'pause', commandType: 'str', target: 'installation' };
  const load = (over: Parameters<typeof charger>[0]) => loadAt(cloud(), flow(charger({ ...everybody, ...over })));

  const places = [
    ['msg', 'site'],
    ['flow', 'site'],
    ['global', 'site'],
    ['jsonata', 'site.id'],
  ] as const;
  for (const [type, place] of places) {
    it(`does not mean every charger of the account while ${type} ${place} holds nothing`, async () => {
      await load({ installation: place, installationType: type });
      const before = commands(cloud()).length;
      for (const message of [{}, { site: { id: '' } }, { site: '' }, { site: ' ' }]) {
        const error = await failing('charger', message);
        expect(error).to.have.property('code', 'INPUT_INVALID');
        expect(error.message).to.include(`${type} ${place}`);
        expect(error.cause.remedy).to.include('id or name');
      }
      expect(commands(cloud())).to.have.length(before);
    });
  }

  it('is found by the name in the message', async () => {
    await load({ action: 'state', installation: 'site', installationType: 'msg' });
    const { payload, zaptec } = await ask('charger', { site: siteOf(cloud()).name });
    expect(payload).to.have.length(2);
    expect(zaptec.installation).to.include({ id: siteOf(cloud()).id });
  });

  it('may be replaced by msg.installation, but not by a blank name', async () => {
    await loadAt(
      cloud(),
      flow(charger({ action: 'list', installation: 'site', installationType: 'msg' }), installation()),
    );
    expect((await ask('charger', { installation: siteOf(cloud()).id })).payload).to.have.length(2);
    const error = await failing('charger', { installation: ' ' });
    expect(error).to.have.property('code', 'INPUT_INVALID');
  });

  for (const over of [{}, { installation: ' ' }, { installation: 'ZT_NO_SITE', installationType: 'env' }]) {
    it(`is none where the field is blank: ${JSON.stringify(over)}`, async () => {
      await loadAt(cloud(), flow(charger({ action: 'list', ...over }), installation({ action: 'get', ...over })));
      expect((await ask('charger')).payload).to.have.length(2);
      expect((await ask('installation')).payload.id).to.equal(siteOf(cloud()).id);
    });
  }

  it('is refused by the other nodes as well', async () => {
    const from = { installation: 'site', installationType: 'flow' };
    await loadAt(
      cloud(),
      flow(
        installation({ action: 'get', ...from }),
        updateCurrent({ id: 'whole', dryRun: true, ...from }),
        updateCurrent({ id: 'one', dryRun: true, target: 'charger', charger: 'Garage', ...from }),
        subscribe({ ...from, wires: [[], []] }),
        sink('decisions'),
      ),
    );
    for (const id of ['installation', 'whole', 'one']) {
      expect(await failing(id, { payload: 16 }), id).to.have.property('code', 'INPUT_INVALID');
    }
    await status('subscribe', 'INPUT_INVALID');

    get('installation').context().flow.set('site', siteOf(cloud()).id);
    expect((await ask('installation')).payload.id).to.equal(siteOf(cloud()).id);
    for (const id of ['whole', 'one']) {
      expect((await ask(id, { payload: 16 })).zaptec.installation, id).to.include({ id: siteOf(cloud()).id });
    }
  });
});
