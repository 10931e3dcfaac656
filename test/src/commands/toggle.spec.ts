import { expect } from 'chai';
import { decideToggle } from '../../../src/commands/rules';
import { failureOf } from '../../support/failure';
import { CommandCloud } from '../../support/command-cloud';

type Prepare = (cloud: CommandCloud) => void;
type Row = [state: string, Prepare, sent: number[], outcome: { command: string; result: string; reason?: string }];

const nothing = (reason: string) => ({ command: 'toggle', result: 'unchanged', reason });
const ROWS: Row[] = [
  ['charging', (cloud) => cloud.charge(), [506], { command: 'pause', result: 'changed' }],
  ['paused', (cloud) => cloud.pause(), [507], { command: 'resume', result: 'changed' }],
  ['free', () => undefined, [], nothing('no-car')],
  ['full', (cloud) => cloud.fill(), [], nothing('car-full')],
  ['scheduled', (cloud) => cloud.schedule(), [], nothing('scheduled')],
  [
    'waiting for authorisation',
    (cloud) => {
      cloud.requireAuthorisation();
      cloud.world.plug(cloud.charger.id, { charge: 0.2, target: 1 });
    },
    [],
    nothing('waiting-for-authorisation'),
  ],
];

describe('a toggle', () => {
  let cloud: CommandCloud;
  const toggle = () => cloud.client.chargers.toggle(cloud.charger.id);

  beforeEach(async () => {
    cloud = await CommandCloud.open();
  });
  afterEach(() => cloud.close());

  for (const [state, prepare, sent, wanted] of ROWS) {
    it(`sends ${sent.length > 0 ? sent.join() : 'nothing'} to a charger that is ${state}`, async () => {
      prepare(cloud);
      expect(await cloud.clock.until(toggle())).to.include(wanted);
      expect(cloud.commands).to.deep.equal(sent);
    });
  }

  it('goes by what the charger does now, and not by the state that another node has read', async () => {
    cloud.charge();
    await cloud.clock.until(cloud.client.chargers.state(cloud.charger.id));
    await cloud.clock.advance(20_000);
    // Somebody pauses it in the app.
    cloud.world.command(cloud.charger.id, 506);
    cloud.world.advance(20_000);
    const before = cloud.reads;
    expect(await cloud.clock.until(toggle())).to.include({ command: 'resume', result: 'changed' });
    expect(cloud.commands).to.deep.equal([507]);
    expect(cloud.reads).to.be.above(before);
  });

  it('refuses to guess where the state was read too often to be read again', async () => {
    cloud.charge();
    const read = () => cloud.clock.until(cloud.client.chargers.state(cloud.charger.id, { refresh: true }));
    for (let reads = 0; reads < 6; reads++) {
      await read();
      await cloud.clock.advance(16_000);
    }
    const error = await failureOf(cloud.clock.until(toggle()));
    expect(error).to.include({ code: 'STATE_UNKNOWN' });
    expect(error.message).to.match(/the state is (1[6-9]|[2-9]\d) s old/);
    expect(error.cause.remedy).to.match(/pause or resume/);
    expect(cloud.commands).to.deep.equal([]);
  });

  it('twice pauses and then resumes: the second waits until the first is confirmed', async () => {
    cloud.charge();
    const both = await cloud.clock.until(Promise.all([toggle(), toggle()]));
    expect(both.map(({ command }) => command)).to.deep.equal(['pause', 'resume']);
    expect(cloud.commands).to.deep.equal([506, 507]);
  });

  it('that waits is superseded by a command that follows it', async () => {
    cloud.charge();
    const { chargers } = cloud.client;
    const { id } = cloud.charger;
    const [first, second, third] = await cloud.clock.until(
      Promise.all([chargers.command(id, 'pause'), toggle(), chargers.command(id, 'pause')]),
    );
    expect(first).to.include({ result: 'changed' });
    expect(second).to.include({ command: 'toggle', result: 'unconfirmed', reason: 'superseded' });
    expect(third).to.include({ result: 'unchanged', reason: 'paused' });
    expect(cloud.commands).to.deep.equal([506]);
  });

  it('is pending until it is confirmed, under the name of what it has become', async () => {
    cloud.charge();
    const { chargers } = cloud.client;
    const { id } = cloud.charger;
    expect(chargers.pending(id)).to.equal(undefined);
    const ended = toggle();
    const seen = new Set<string | undefined>();
    const looking = setInterval(() => seen.add(chargers.pending(id.toUpperCase())), 500);
    expect(chargers.pending(id)).to.equal('toggle');
    await cloud.clock.until(ended);
    clearInterval(looking);
    expect(seen).to.include('pause');
    expect(chargers.pending(id)).to.equal(undefined);
  });

  it('fails for a charger that is offline', async () => {
    cloud.world.setOnline(cloud.charger.id, false);
    const error = await failureOf(cloud.clock.until(toggle()));
    expect(error.code).to.equal('OFFLINE');
    expect(error.message).to.match(/^toggle was not sent: the charger is offline/);
    expect(cloud.commands).to.deep.equal([]);
  });

  it('sends nothing where the state cannot be read', async () => {
    cloud.charge();
    cloud.simulator.faults.set('server-503', { on: true, match: '/state' });
    const error = await failureOf(cloud.clock.until(toggle()));
    cloud.simulator.faults.clear();
    expect(error.code).to.match(/^HTTP_5/);
    expect(cloud.commands).to.deep.equal([]);
  });

  it('has no decision for a mode that nobody knows', () => {
    expect(decideToggle({ mode: 'unknown', scheduled: false })).to.equal(undefined);
  });
});
