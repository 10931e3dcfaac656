import { expect } from 'chai';
import { Positions } from '../../../src/feed/positions';

describe('the positions of the messages that machines share', () => {
  it('are those of the open stream, then the last one that was known', () => {
    const positions = new Positions();
    let now: string | undefined;
    expect(positions.get('topic')).to.equal(undefined);
    const end = positions.track('topic', () => now);
    expect(positions.get('topic')).to.equal(undefined);
    now = '1-0';
    expect(positions.get('topic')).to.equal('1-0');
    now = '2-0';
    end();
    now = '3-0';
    expect(positions.get('topic')).to.equal('2-0');
    expect(positions.get('other')).to.equal(undefined);
  });

  it('stay known while a new stream has none yet', () => {
    const positions = new Positions();
    positions.track('topic', () => '1-0')();
    positions.track('topic', () => undefined)();
    expect(positions.get('topic')).to.equal('1-0');
    positions.track('topic', () => undefined);
    expect(positions.get('topic')).to.equal('1-0');
    expect(positions.dump()).to.deep.equal({ topic: '1-0' });
  });

  it('outlive a restart, also those of open streams', () => {
    const positions = new Positions();
    expect(positions.dump(), 'where machines share nothing').to.equal(undefined);
    positions.track('one', () => '1-0')();
    positions.track('two', () => '2-0');
    const restored = new Positions();
    restored.restore(JSON.parse(JSON.stringify(positions.dump())));
    expect(restored.dump()).to.deep.equal({ one: '1-0', two: '2-0' });
  });

  it('are not restored from anything else', () => {
    const positions = new Positions();
    for (const dumped of [undefined, null, 7, 'text', { topic: 7 }, { topic: null }]) positions.restore(dumped);
    expect(positions.dump()).to.equal(undefined);
  });

  it('are at most ten thousand, and those that are known go on', () => {
    const positions = new Positions();
    positions.restore(Object.fromEntries(Array.from({ length: 10_001 }, (_, n) => [`topic ${n}`, '1-0'])));
    positions.track('topic 5', () => '2-0')();
    positions.track('topic 10000', () => '2-0')();
    expect(Object.keys(positions.dump() as object)).to.have.length(10_000);
    expect(positions.get('topic 5')).to.equal('2-0');
    expect(positions.get('topic 10000')).to.equal(undefined);
  });
});
