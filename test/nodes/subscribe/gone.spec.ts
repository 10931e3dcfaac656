import type { EventEmitter } from 'node:events';
import { expect } from 'chai';
import sinon from 'sinon';
import { flow, sink, subscribe } from '../../support/node-red/builder';
import {
  ask,
  chargersOf,
  get,
  loadAt,
  statusesOf,
  until,
  useCloud,
  useNodeRed,
  type Message,
  type Simulator,
} from '../../support/node-red/harness';

const HOUR = 60 * 60_000;
/** Of each installation. */
const CHARGERS = 3;

/** The daily look of the node, to be had at once. */
function catchDaily(): () => void {
  const daily: (() => void)[] = [];
  const { setInterval } = globalThis;
  sinon.stub(globalThis, 'setInterval').callsFake(((callback: () => void, ms: number) => {
    if (ms === 24 * HOUR) daily.push(callback);
    return setInterval(callback, ms);
  }) as never);
  const { now } = Date;
  let ahead = 0;
  sinon.stub(Date, 'now').callsFake(() => now() + ahead);
  return () => {
    // The list is read anew only after an hour.
    ahead += 2 * HOUR;
    for (const look of daily) look();
  };
}

/** Takes an installation out of the pretend world. */
function remove({ world }: Simulator, id: string): void {
  for (const charger of [...world.chargers.values()]) {
    if (charger.installationId === id) world.removeCharger(charger.id);
  }
  (world.installations as Map<string, unknown>).delete(id);
}

describe('an installation that the account no longer sees', () => {
  useNodeRed();
  const cloud = useCloud({ scenario: 'housing', speed: 0 });
  // With all of its chargers the states of the start take as long as the limit of requests wants.
  before(() => {
    for (const { id } of cloud().world.installations.values()) {
      const all = chargersOf(cloud()).filter(({ installationId }) => installationId === id);
      for (const charger of all.slice(CHARGERS)) cloud().world.removeCharger(charger.id);
    }
  });
  afterEach(() => sinon.restore());
  const warned = () =>
    new Promise<string>((resolve) => {
      (get('subscribe') as EventEmitter).once('call:warn', (call: { args: [string] }) => resolve(call.args[0]));
    });
  const bothLive = () => {
    const live = new Set<string>();
    return until('feed', ({ payload, zaptec }: Message) => {
      if (payload.state === 'live') live.add(zaptec.installation.name);
      return live.size === 2;
    });
  };

  it('is no longer followed, while the others are', async () => {
    const look = catchDaily();
    await loadAt(cloud(), flow(subscribe({ emit: 'snapshots', initial: false }), sink('feed')));
    await bothLive();
    const [home, guests] = [...cloud().world.installations.values()];
    remove(cloud(), guests!.id);
    let warning = warned();
    look();
    expect(await warning).to.include(guests!.name);
    const { parts, zaptec } = await ask('subscribe', { payload: 'snapshot' });
    expect(parts.count).to.equal(chargersOf(cloud()).length);
    expect(zaptec.installation.name).to.equal(home!.name);

    remove(cloud(), home!.id);
    warning = warned();
    look();
    expect(await warning).to.include(home!.name);
    expect(statusesOf('subscribe').at(-1)?.text, 'nothing of the last feed').to.equal('connected');
  }).timeout(60_000);
});
