import { expect } from 'chai';
import { SettingsPace } from '../../../src/current/settings-pace';
import { zaptecError } from '../../../src/errors/zaptec-error';
import type { Answer } from '../../../src/http/cache';
import type { JsonObject } from '../../../src/zaptec/json';
import { fakeTimers, type FakeTimers } from '../../support/fake-timers';

const MINUTE = 60_000;
const ANSWER = { data: undefined } as Answer<unknown>;

describe('the pace of settings without a current', () => {
  let timers: FakeTimers;
  let pace: SettingsPace;
  let sent: JsonObject[];
  let fails: Error | undefined;

  beforeEach(() => {
    timers = fakeTimers();
    pace = new SettingsPace();
    sent = [];
    fails = undefined;
  });
  afterEach(() => timers.restore());

  const send = (settings: JsonObject): Promise<Answer<unknown>> => {
    sent.push(settings);
    return fails === undefined ? Promise.resolve(ANSWER) : Promise.reject(fails);
  };
  const write = (settings: JsonObject, { thing = 'a', signal }: { thing?: string; signal?: AbortSignal } = {}) =>
    pace.write(thing, settings, signal, send);
  const codeOf = (promise: Promise<unknown>) =>
    promise.then(
      () => 'answered',
      (error: unknown) => (error as { code: string }).code,
    );

  it('lets each setting of each thing through at once, and the same again a minute later', async () => {
    expect(await write({ one: 1 })).to.equal(ANSWER);
    await write({ two: 1 });
    await write({ one: 1 }, { thing: 'b' });
    expect(sent).to.have.length(3);
    const later = write({ one: 2 });
    await timers.tickAsync(MINUTE - 1);
    expect(sent).to.have.length(3);
    await timers.tickAsync(1);
    expect(sent[3]).to.deep.equal({ one: 2 });
    expect(await later).to.equal(ANSWER);
  });

  it('takes a name in any casing for the same setting', async () => {
    await write({ maxCurrent: 1 });
    expect(pace.isFree('a', { MAXCURRENT: 2 })).to.equal(false);
    expect(pace.isFree('a', { other: 2 })).to.equal(true);
    const all = [write({ MaxCurrent: 2 }), write({ maxcurrent: 3 })];
    await timers.tickAsync(MINUTE);
    expect(sent.slice(1)).to.deep.equal([{ maxcurrent: 3 }]);
    expect(await Promise.all(all)).to.deep.equal([ANSWER, ANSWER]);
  });

  it('makes one write of all that waits, with the newest value of each setting', async () => {
    await write({ one: 1, two: 1 });
    const all = [write({ one: 2 }), write({ two: 2 }), write({ one: 3, three: 3 })];
    expect(pace.isFree('a', { three: 4 }), 'it waits with the others').to.equal(false);
    expect(pace.isFree('a', { three: 4, four: 4 }), 'one of them waits').to.equal(false);
    await timers.tickAsync(MINUTE);
    expect(sent.slice(1)).to.deep.equal([{ one: 3, two: 2, three: 3 }]);
    expect(await Promise.all(all)).to.deep.equal([ANSWER, ANSWER, ANSWER]);
    expect(pace.isFree('a', { three: 4 }), 'a minute counts from then on').to.equal(false);
    timers.tick(MINUTE);
    expect(pace.isFree('a', { three: 4 })).to.equal(true);
  });

  it('sends nothing for one that was given up, before or while it waits', async () => {
    await write({ one: 1 });
    expect(await codeOf(write({ one: 2 }, { signal: AbortSignal.abort() }))).to.equal('ABORTED');
    const giver = new AbortController();
    const given = codeOf(write({ one: 3 }, { signal: giver.signal }));
    const other = write({ two: 1, one: 4 });
    giver.abort();
    expect(await given).to.equal('ABORTED');
    await timers.tickAsync(MINUTE);
    expect(sent.slice(1)).to.deep.equal([{ two: 1, one: 4 }]);
    expect(await other).to.equal(ANSWER);
  });

  it('sends nothing at all where all were given up', async () => {
    await write({ one: 1 });
    const giver = new AbortController();
    const given = codeOf(write({ one: 2, two: 2 }, { signal: giver.signal }));
    giver.abort();
    expect(await given).to.equal('ABORTED');
    expect(pace.isFree('a', { two: 1 })).to.equal(true);
    await timers.tickAsync(5 * MINUTE);
    expect(sent).to.have.length(1);
  });

  for (const [what, error, isFree] of [
    ['was never sent', zaptecError('NETWORK', 'made up', { attempts: 0 }), true],
    ['was answered with a refusal', zaptecError('HTTP_400', 'made up', { attempts: 1, status: 400 }), true],
    ['may have acted', zaptecError('NETWORK', 'made up', { attempts: 1 }), false],
    ['failed in a way that nobody knows', new Error('made up'), false],
  ] as const) {
    it(`${isFree ? 'does not count' : 'counts'} a write that ${what}`, async () => {
      fails = error;
      const result = await write({ one: 1 }).catch((thrown: unknown) => thrown);
      expect(result).to.equal(error);
      expect(pace.isFree('a', { one: 1 })).to.equal(isFree);
    });
  }

  it('fails for all that waited where their one write fails', async () => {
    await write({ one: 1 });
    const all = [codeOf(write({ one: 2 })), codeOf(write({ one: 3 }))];
    fails = zaptecError('HTTP_400', 'made up', { attempts: 1, status: 400 });
    await timers.tickAsync(MINUTE);
    expect(await Promise.all(all)).to.deep.equal(['HTTP_400', 'HTTP_400']);
  });

  it('counts from when a write left that waited for its permit', async () => {
    const slow = pace.write('a', { one: 1 }, undefined, async (settings) => {
      await new Promise((resolve) => setTimeout(resolve, 30_000));
      return send(settings);
    });
    await timers.tickAsync(30_000);
    await slow;
    timers.tick(MINUTE - 1);
    expect(pace.isFree('a', { one: 2 })).to.equal(false);
    timers.tick(1);
    expect(pace.isFree('a', { one: 2 })).to.equal(true);
  });
});
