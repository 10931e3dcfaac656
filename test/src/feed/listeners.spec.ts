import { expect } from 'chai';
import { Listeners } from '../../../src/feed/listeners';
import { SessionOutbox } from '../../../src/feed/session-outbox';
import type { FeedListener, FeedStatus } from '../../../src/feed/types';
import type { ChargerEvent } from '../../../src/state/events';
import type { LedgerEntry } from '../../../src/state/ledger';
import type { Change } from '../../../src/state/store';
import { clock } from '../../../src/time/clock';

const GARAGE = 'garage';

describe('the listeners of a feed', () => {
  let listeners: Listeners;
  let outbox: SessionOutbox;
  let got: string[];

  beforeEach(() => {
    outbox = new SessionOutbox();
    listeners = new Listeners({ ids: new Set([GARAGE]) }, { installationId: 'home', outbox });
    got = [];
  });

  const all = (name: string): FeedListener => ({
    change: () => got.push(`${name}: change`),
    event: (event) => got.push(`${name}: ${event.event}`),
    status: () => got.push(`${name}: status`),
  });
  const event = (name: string) => listeners.event({ event: name } as unknown as ChargerEvent);
  const change = () => listeners.change({} as Change);
  const status = () => listeners.status({} as FeedStatus);

  it('get all that they ask for, until they leave', () => {
    const leave = listeners.add(all('a'));
    listeners.add(all('b'));
    listeners.add({});
    change();
    status();
    event('plugged-in');
    leave();
    change();
    expect(got).to.deep.equal([
      ...['a: change', 'b: change', 'a: status', 'b: status', 'a: plugged-in', 'b: plugged-in'],
      'b: change',
    ]);
  });

  it('get the rest although one of them throws', () => {
    const fails = () => {
      throw new Error('made up');
    };
    listeners.add({ change: fails, event: fails, status: fails });
    listeners.add(all('b'));
    change();
    status();
    event('plugged-in');
    expect(got).to.deep.equal(['b: change', 'b: status', 'b: plugged-in']);
  });

  it('get events once that came while nobody listened to events, in their order, and no changes of then', () => {
    const leave = listeners.add({ change: () => got.push('a: change') });
    change();
    event('plugged-in');
    event('charging-started');
    leave();
    listeners.add({ status: () => undefined });
    expect(got).to.deep.equal(['a: change']);
    listeners.add(all('b'));
    listeners.add(all('c'));
    expect(got).to.deep.equal(['a: change', 'b: plugged-in', 'b: charging-started']);
  });

  it('get the first thousand of such events', () => {
    for (let count = 1; count <= 1_001; count += 1) event(`event ${count}`);
    listeners.add(all('a'));
    expect(got).to.have.length(1_000);
    expect([got[0], got.at(-1)]).to.deep.equal(['a: event 1', 'a: event 1000']);
  });

  it('get sessions of their chargers, until they leave', () => {
    const session = (id: string) =>
      ({ kind: 'session-finished', session: { id, chargerId: GARAGE, installationId: 'home' } }) as LedgerEntry;
    const leave = listeners.add({
      consumer: { id: 'a', since: clock.now() },
      session: ({ session: { id } }) => got.push(id),
    });
    outbox.add(session('one'));
    leave();
    outbox.add(session('two'));
    expect(got).to.deep.equal(['one']);
  });
});
