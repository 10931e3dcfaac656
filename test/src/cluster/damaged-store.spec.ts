import { createHash, randomUUID } from 'node:crypto';
import { expect } from 'chai';
import { CLAIM_SCRIPT, type ClaimAnswer } from '../../../src/cluster/claim-script';
import { CURRENT_SCRIPT, type CurrentAnswer, type CurrentQuestion } from '../../../src/cluster/current-script';
import { FEED_SCRIPT, type FeedAnswer, type FeedQuestion } from '../../../src/cluster/feed-script';
import { PERMIT_SCRIPT, type PermitAnswer, type PermitQuestion } from '../../../src/cluster/permit-script';
import { pause } from '../../support/cluster/machines';
import { useRedis } from '../../support/redis-server';

const LIMIT = 10;
const LEASE_MS = 5_000;
/** No permit is granted for so long after Redis was emptied, and no lease of a feed for half of it, in ms. */
const GRACE_MS = 2_000;
/** Of what somebody may write into our keys. */
const VALUES = ['nan', '-nan', 'inf', '-inf', '1e300', '-1e300', '-5', '0', '99', '', 'word', '{}', '9e15'];

/** Each script goes on with whatever stands in its keys, and gives nobody more than it may. */
describe('what the machines share, damaged', function () {
  this.timeout(60_000);
  const { store } = useRedis();

  const run = async <T>(script: string, keys: readonly string[], question: object): Promise<T> =>
    JSON.parse(String(await store().eval(script, keys.length, ...keys, JSON.stringify(question)))) as T;
  const keysOf = (id: string, ...names: string[]) => names.map((name) => `zaptec:{${id}}:${name}`);

  describe('permits', () => {
    const ask = (id: string, over: Partial<PermitQuestion> = {}) =>
      run<PermitAnswer>(PERMIT_SCRIPT, keysOf(id, 'leases', 'limit', 'machines'), {
        ...{ machine: 'one', limit: LIMIT, share: LIMIT, holdBack: 0 },
        ...over,
      });
    const ticket = (id: string) => ask(id, { ticket: randomUUID(), length: 1_000, urgent: true });
    /** As many as are granted at once. */
    const grantedAtOnce = async (id: string) => {
      let granted = 0;
      for (let tries = 0; tries < 2 * LIMIT; tries += 1) if ((await ticket(id)).granted) granted += 1;
      return granted;
    };
    const fields = 'graceUntil pausedUntil penalisedAt allowedSince lastAt startsAt silentAt allowed reserved machines';
    const damages = [
      ...[...fields.split(' '), 'shortest', 'pauses', 'startsFor', 'startsBefore'].map((field) => ({
        what: field,
        set: (id: string, value: string) => store().hset(keysOf(id, 'limit')[0]!, field, value),
      })),
      {
        what: 'a machine',
        set: (id: string, value: string) => store().hset(keysOf(id, 'machines')[0]!, 'two', value),
      },
      {
        what: 'the round trip of a machine',
        set: (id: string, value: string) => store().hset(keysOf(id, 'machines')[0]!, 'two', `${Date.now()}:${value}`),
      },
      {
        what: 'the share of a machine',
        set: (id: string, value: string) => store().hset(keysOf(id, 'machines')[0]!, 'two', `${Date.now()}:5:${value}`),
      },
      {
        what: 'the time of a machine',
        set: (id: string, value: string) => store().hset(keysOf(id, 'machines')[0]!, 'two', `${value}:5`),
      },
    ];
    const idsOf = (what: string) => VALUES.map((_, index) => `${what} ${index}`);
    const right: PermitAnswer[] = [];
    before(async () => {
      for (const { what, set } of damages) {
        for (const [index, id] of idsOf(what).entries()) {
          await ask(id, { look: true });
          await set(id, VALUES[index]!);
          for (const look of [false, true]) right.push(await ask(id, { look }));
        }
      }
      // Once for all of them; nobody may be away for three seconds.
      await pause(GRACE_MS / 2);
      for (const { what } of damages) for (const id of idsOf(what)) await ask(id);
      await pause(GRACE_MS / 2 + 100);
    });

    /** On a slow machine nobody was there for three seconds by then: that takes the two seconds once more. */
    const graceOfAll = async () => {
      for (const { what } of damages) for (const id of idsOf(what)) await ask(id);
      await pause(GRACE_MS + 100);
    };

    it('are as many as there may be, whatever stands in the store', () => {
      for (const { allowed, machines, shortest = 0 } of right) {
        expect(allowed).to.be.within(1, LIMIT);
        expect(machines).to.be.at.least(1);
        expect(shortest).to.be.at.least(0);
      }
    });

    for (const { what } of damages) {
      it(`are granted, and no more than ten, whatever stood for ${what}`, async () => {
        for (const id of idsOf(what)) {
          let granted = await grantedAtOnce(id);
          for (let tries = 0; granted === 0 && tries < 2; tries += 1) {
            await graceOfAll();
            granted = await grantedAtOnce(id);
          }
          expect(granted, id).to.be.within(1, LIMIT);
        }
      });
    }

    it('forget a machine whose time lies in the future, once it has been silent for the hold-back', async () => {
      await ask('future');
      const [machines = ''] = keysOf('future', 'machines');
      await store().hset(machines, 'two', `${Date.now() + 3_600_000}:`);
      expect((await ask('future', { look: true })).machines).to.equal(2);
      await pause(1_000);
      expect((await ask('future', { look: true })).machines).to.equal(1);
    });
  });

  describe('a current', () => {
    const ask = (id: string, over: Partial<CurrentQuestion> = {}) =>
      run<CurrentAnswer>(CURRENT_SCRIPT, keysOf(id, 'current:site'), {
        ...{ machine: 'one', session: 'session', digest: 'digest' },
        ...over,
      });
    const limit = { by: 'fuse', age: 0, value: '{}' };
    const at = Date.now();
    const damaged: Record<string, string[]> = {
      record: ['word', '5', '[]', '{}', '{"at":"x"}', `{"at":${at},"id":5}`, `{"at":1e999,"id":"a","value":"{}"}`],
      announced: ['', '{"at":null}', `{"at":${at},"id":"a","value":"{}","early":5}`, `{"at":${at},"value":"{}"}`],
      'limit:two|fuse': [
        'word',
        '{}',
        `{"at":${at}}`,
        `{"at":"x","machine":"two","by":"fuse","session":"s","value":"{}"}`,
      ],
      'limit:one|fuse': ['word', `{"at":${at},"machine":5,"by":"fuse","session":"session","value":"{}"}`],
      'seen:one': ['word', '{}', '{"at":"x"}', '[]'],
      'seen:two': ['word', '{}', '{"at":"x"}', '[]'],
      rev: ['word', '-1', '1.5', '007', '99999999999999999999'],
      epoch: ['', 'word', ':'],
      lastAt: VALUES,
      grace: VALUES,
    };
    for (const [field, values] of Object.entries(damaged)) {
      it(`is shared, and its limits are known, whatever stands in ${field}`, async () => {
        for (const [index, value] of values.entries()) {
          const id = `current ${field} ${index}`;
          let answer = await ask(id, { limits: [limit] });
          const { rev: otherSeen } = await ask(id, { machine: 'other', session: 'other' });
          await store().hset(keysOf(id, 'current:site')[0]!, field, value);
          // Before it sees the limits, the other machine would have nobody's.
          await ask(id, {
            machine: 'other',
            session: 'other',
            seen: field.startsWith('limit') ? 'another' : otherSeen,
          });
          // As a machine asks: where Redis does not know its limits, it says them again.
          for (let times = 0; times < 3; times += 1) {
            const { rev: seen, known } = answer;
            answer = await ask(id, { seen, look: true, ...(known ? {} : { limits: [limit] }) });
          }
          expect(answer.known, `${id}: ${value}`).to.equal(true);
          const other = await ask(id, { machine: 'other', session: 'other' });
          const { limits } = other.state!;
          const ours = Array.isArray(limits) ? limits.find(({ machine }) => machine === 'one') : undefined;
          expect(ours?.value, `${id}: ${value}`).to.equal('{}');
          expect(ours?.age, `${id}: ${value}`).to.be.within(0, 10_000);
        }
      });
    }

    it('is not raised right after its last write has become unreadable', async () => {
      const id = 'unreadable';
      const { rev } = await ask(id, { record: { id: 'a', age: 0, value: '{}' } });
      await pause(10);
      await store().hset(keysOf(id, 'current:site')[0]!, { record: 'word', grace: '0' });
      const announce = { id: 'b', raises: true, value: '{}' };
      const early = await ask(id, { seen: rev, announce });
      expect(early.granted).to.equal(undefined);
      expect((await ask(id, { seen: early.rev, announce })).wait).to.be.within(1, 3_000);
    });
  });

  describe('a feed', () => {
    const ask = (id: string, over: Partial<FeedQuestion> = {}) =>
      run<FeedAnswer>(FEED_SCRIPT, keysOf(id, 'holder', 'messages', 'machines'), {
        ...{ machine: 'one', lease: LEASE_MS, wants: true, receives: false, status: 'status' },
        ...over,
      });
    const fields = ['until', 'graceUntil', 'handedAt', 'newest', 'holder', 'series'];
    before(async () => {
      for (const [index, value] of VALUES.entries()) {
        for (const field of fields) {
          const id = `feed ${field} ${index}`;
          const { series, after } = await ask(id, { wants: false, bodies: ['before'] });
          await store().hset(keysOf(id, 'holder')[0]!, { holder: 'gone', until: Date.now() + 500, [field]: value });
          await ask(id, { series, after });
        }
      }
      // Once for all of them.
      await pause(GRACE_MS / 2 + 100);
    });
    for (const field of fields) {
      it(`finds a receiver, and hands on messages, whatever stood in ${field}`, async () => {
        for (const [index, value] of VALUES.entries()) {
          const id = `feed ${field} ${index}`;
          expect((await ask(id)).holder, value).to.equal('me');
          let two = await ask(id, { machine: 'two', series: 'unknown', after: 0 });
          await ask(id, { bodies: ['after'] });
          const got: string[] = [];
          do {
            two = await ask(id, { machine: 'two', series: two.series, after: two.after });
            got.push(...(two.bodies ?? []));
          } while (two.more);
          expect(got, value).to.include('after');
        }
      });
    }

    it('says that messages are missing where Redis was set back to a copy of before', async () => {
      const id = 'set back';
      const keys = keysOf(id, 'holder', 'messages');
      let one = await ask(id, { bodies: ['1', '2'] });
      const copies = await Promise.all(keys.map((key) => store().dumpBuffer(key)));
      one = await ask(id, { series: one.series, after: one.after, bodies: ['3', '4'] });
      let two = await ask(id, { machine: 'two' });
      for (const [index, key] of keys.entries()) await store().restore(key, 0, copies[index]!, 'REPLACE');
      one = await ask(id, { series: one.series, after: one.after, bodies: ['5', '6', '7'] });
      expect(one.missed).to.equal(true);
      two = await ask(id, { machine: 'two', series: two.series, after: two.after });
      expect(two.missed).to.equal(true);
      expect(two.bodies).to.deep.equal(['5', '6', '7']);
    });

    it('leaves alone what another program keeps under the name of its messages', async () => {
      const [, messages = ''] = keysOf('taken', 'holder', 'messages');
      await store().set(messages, 'not ours');
      const failure: unknown = await ask('taken', { bodies: ['1'] }).catch((error: unknown) => error);
      expect(String(failure)).to.match(/WRONGTYPE/);
      expect(await store().get(messages)).to.equal('not ours');
    });
  });

  it('does not keep sessions from being reported, whatever stands for its beginning', async () => {
    for (const [index, value] of VALUES.entries()) {
      const id = createHash('sha256').update(`claims ${index}`).digest('hex').slice(0, 8);
      const keys = keysOf(id, 'session-claims', 'sessions-reported');
      await store().hset(keys[0]!, '', value);
      await store().hset(keys[0]!, 'session', value);
      const answer = await run<ClaimAnswer>(CLAIM_SCRIPT, keys, { machine: 'one', lease: 10_000, wanted: ['session'] });
      expect(answer.results['session'], value).to.be.oneOf(['mine', 'taken']);
    }
  });
});
