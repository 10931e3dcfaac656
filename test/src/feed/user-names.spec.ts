import { expect } from 'chai';
import type { Api } from '../../../src/api';
import { UserNames } from '../../../src/feed/user-names';
import { fakeTimers, type FakeTimers } from '../../support/fake-timers';

const DAY = 24 * 3_600_000;

describe('the names of those who charge', () => {
  let timers: FakeTimers;
  let asked: string[];
  let lanes: unknown[];
  let answer: () => Promise<string | undefined>;
  let names: UserNames;
  const stopping = new AbortController();
  beforeEach(() => {
    timers = fakeTimers();
    asked = [];
    lanes = [];
    answer = () => Promise.resolve('Kari');
    const userName = (
      of: { userId: string; installationId: string },
      options: { lane: string; signal: AbortSignal },
    ) => {
      asked.push(`${of.userId} of ${of.installationId}`);
      lanes.push(options);
      return answer();
    };
    names = new UserNames(() => ({ sessions: { userName } }) as unknown as Api, stopping.signal);
  });
  afterEach(() => timers.restore());

  const read = async (userId = 'user') => {
    names.want(userId, 'home');
    await timers.tickAsync(0);
  };

  it('are read behind the requests of people, once a day', async () => {
    expect(names.get('user')).to.equal(undefined);
    await read();
    expect(names.get('user')).to.equal('Kari');
    expect(asked).to.deep.equal(['user of home']);
    expect(lanes).to.deep.equal([{ lane: 'background', signal: stopping.signal }]);
    answer = () => Promise.resolve('Ola');
    await timers.tickAsync(DAY - 1);
    await read();
    expect(asked).to.have.length(1);
    await timers.tickAsync(1);
    await read();
    expect(names.get('user')).to.equal('Ola');
    await read('other');
    expect(asked).to.deep.equal(['user of home', 'user of home', 'other of home']);
  });

  it('stay unknown, or as they were, where the account may not read them', async () => {
    answer = () => Promise.resolve(undefined);
    await read();
    expect(names.get('user')).to.equal(undefined);
    answer = () => Promise.reject(new Error('made up'));
    await read('other');
    expect(names.get('other')).to.equal(undefined);
    await read();
    await read('other');
    expect(asked).to.have.length(2);
    await timers.tickAsync(DAY);
    answer = () => Promise.resolve('Kari');
    await read();
    await timers.tickAsync(DAY);
    answer = () => Promise.resolve(undefined);
    await read();
    expect(names.get('user')).to.equal('Kari');
  });

  it('are read of ten thousand at most', () => {
    for (let n = 0; n < 10_001; n += 1) names.want(`${n}`, 'home');
    expect(asked).to.have.length(10_000);
  });
});
