import { expect } from 'chai';
import { everyPhase } from '../../../../src/current/currents';
import { GovernedWorld, MAX, MINUTE } from '../../../support/governed-world';

const NEWS = { name: 'Solar', restores: true };

describe('a target that is withdrawn', () => {
  let world: GovernedWorld;

  beforeEach(() => {
    world = new GovernedWorld();
  });

  const pause = (over: object = NEWS) => {
    world.request('solar', 0, over);
    world.pass(MINUTE);
    expect(world.cloud).to.deep.equal(everyPhase(0));
  };
  const withdrawForGood = () => {
    world.withdraw('solar');
    world.do({ type: 'release', by: 'solar' });
  };

  it('gives back what was set before it, paced as a raise', () => {
    pause();
    withdrawForGood();
    expect(world.last('solar')).to.deep.include({ decision: 'deferred', requested: everyPhase(MAX) });
    world.pass(13 * MINUTE);
    expect(world.cloud).to.deep.equal(everyPhase(0));
    world.pass(2 * MINUTE);
    expect(world.cloud).to.deep.equal(everyPhase(MAX));
    expect(world.last('solar')?.decision).to.equal('applied');
    expect(world.governor.isIdle).to.equal(true);
  });

  it('gives back no more than limits allow', () => {
    world.request('fuse', 16, { role: 'limit' });
    pause();
    withdrawForGood();
    world.pass(16 * MINUTE);
    expect(world.cloud).to.deep.equal(everyPhase(16));
  });

  it('keeps its value where its node says so, and the limits say who has set it and what ends it', () => {
    world.request('fuse', 16, { role: 'limit' });
    pause({ name: 'Solar' });
    withdrawForGood();
    world.pass(40 * MINUTE);
    expect(world.cloud).to.deep.equal(everyPhase(0));
    expect(world.last('fuse')).to.deep.include({ decision: 'unchanged', leftBy: 'Solar' });
    expect(world.last('fuse')?.reason).to.match(/^The pause was set by Solar.*a target.*ends it$/);
  });

  it('gives nothing back where flows stop', () => {
    pause();
    world.withdraw('solar');
    world.pass(40 * MINUTE);
    expect(world.sent).to.have.length(1);
  });

  it('gives nothing back where its dead man fires', () => {
    pause({ ...NEWS, deadMan: { afterMs: 10 * MINUTE, safeA: 6 } });
    world.pass(40 * MINUTE);
    expect(world.cloud).to.deep.equal(everyPhase(0));
  });

  it('gives back what was set before the first target, not before the last', () => {
    world.request('price', 10, { restores: true });
    world.pass(2 * MINUTE);
    pause();
    world.withdraw('price');
    withdrawForGood();
    world.pass(16 * MINUTE);
    expect(world.cloud).to.deep.equal(everyPhase(MAX));
  });

  it('gives back what was set before a restart too, but not at the restart', () => {
    pause();
    world.restart();
    world.arm('solar', NEWS);
    world.pass(40 * MINUTE);
    expect(world.cloud).to.deep.equal(everyPhase(0));
    world.request('solar', 8, NEWS);
    world.pass(MINUTE);
    withdrawForGood();
    world.pass(16 * MINUTE);
    expect(world.cloud).to.deep.equal(everyPhase(MAX));
  });

  it('keeps its value where what was before is not known, and says so', () => {
    pause();
    delete world.record?.before;
    world.restart();
    world.request('solar', 8, NEWS);
    world.pass(16 * MINUTE);
    withdrawForGood();
    expect(world.last('solar')).to.deep.include({ decision: 'unchanged' });
    expect(world.last('solar')?.reason).to.match(/not known/);
    world.pass(40 * MINUTE);
    expect(world.cloud).to.deep.equal(everyPhase(8));
  });

  it('gives nothing back over what somebody else has set since, nor over a new target', () => {
    pause();
    withdrawForGood();
    world.request('price', 8);
    world.pass(60 * MINUTE);
    expect(world.cloud).to.deep.equal(everyPhase(8));
    world.foreign(everyPhase(13));
    world.withdraw('price');
    world.do({ type: 'release', by: 'price' });
    world.request('fuse', 20, { role: 'limit' });
    world.pass(60 * MINUTE);
    expect(world.cloud).to.deep.equal(everyPhase(13));
  });

  it('stops giving back where the flows stop before it was done', () => {
    pause();
    withdrawForGood();
    world.arm('solar', NEWS);
    world.withdraw('solar');
    world.pass(40 * MINUTE);
    expect(world.cloud).to.deep.equal(everyPhase(0));
    expect(world.governor.isIdle).to.equal(true);
  });

  it('gives back all the same where limits go on to come meanwhile', () => {
    pause();
    withdrawForGood();
    for (let minute = 0; minute < 16; minute += 1) {
      world.request('fuse', 16, { role: 'limit' });
      world.pass(MINUTE);
    }
    expect(world.cloud).to.deep.equal(everyPhase(16));
    expect(world.last('solar')).to.deep.include({ decision: 'applied', requested: everyPhase(MAX) });
  });

  it('says nothing more where its node leaves the value as it is', () => {
    pause({ name: 'Solar' });
    const { length } = world.reports;
    withdrawForGood();
    world.pass(40 * MINUTE);
    expect(world.reports).to.have.length(length);
  });

  it('says why it waits and when it is done, once each, to nobody in particular', () => {
    pause();
    const setAt = world.sent[0]!.at;
    const { length } = world.reports;
    withdrawForGood();
    for (let minute = 0; minute < 16; minute += 1) {
      world.do({ type: 'tick' });
      world.pass(MINUTE);
    }
    expect(
      world.reports.slice(length).map(({ decision, callers, reason }) => [decision, callers, reason]),
    ).to.deep.equal([
      ['deferred', [], 'Gives back what was set before the first target'],
      ['applied', [], 'What was set before the first target is set again'],
    ]);
    expect(world.reports[length]?.until).to.equal(new Date(setAt + 15 * MINUTE).toISOString());
  });

  it('gives nothing back that somebody else has replaced while it waits', () => {
    world.request('fuse', 20, { role: 'limit' });
    pause();
    withdrawForGood();
    world.foreign(everyPhase(13));
    world.pass(60 * MINUTE);
    expect(world.cloud).to.deep.equal(everyPhase(13));
  });

  it('gives nothing back where it did not count, since somebody else had set another value', () => {
    world.request('solar', 8, { ...NEWS, foreign: 'yield' });
    world.pass(16 * MINUTE);
    world.foreign(everyPhase(13));
    world.do({ type: 'observed', chargers: [], agrees: false });
    world.pass(1_000);
    expect(world.decisions('solar')).to.include('foreign-change');
    withdrawForGood();
    world.pass(60 * MINUTE);
    expect(world.cloud).to.deep.equal(everyPhase(13));
  });

  it('is a target: a limit that is withdrawn gives nothing back', () => {
    world.request('fuse', 8, { role: 'limit', restores: true });
    world.pass(MINUTE);
    world.withdraw('fuse');
    world.do({ type: 'release', by: 'fuse' });
    expect(world.governor.isIdle).to.equal(true);
    world.pass(20 * MINUTE);
    expect(world.cloud).to.deep.equal(everyPhase(8));
  });

  for (const restarts of [false, true]) {
    it(`leaves its value to be given back by the next one${restarts ? ', after a restart too' : ''}`, () => {
      world.request('price', 10);
      world.pass(16 * MINUTE);
      world.withdraw('price');
      world.do({ type: 'release', by: 'price' });
      if (restarts) world.restart();
      pause();
      withdrawForGood();
      world.pass(16 * MINUTE);
      expect(world.cloud).to.deep.equal(everyPhase(10));
    });
  }

  it('leaves no record of a write where nothing was written', () => {
    world.request('solar', MAX);
    world.pass(MINUTE);
    withdrawForGood();
    expect(world.record).to.equal(undefined);
  });

  it('leaves what is set where a higher value of it waited for the interval, and flows stop', () => {
    world.latency = 1_000;
    world.request('fuse', 20, { role: 'limit' });
    world.pass(2 * MINUTE);
    world.request('solar', 10);
    world.pass(500);
    world.request('solar', 16);
    world.pass(2_000);
    world.withdraw('solar');
    world.pass(30 * MINUTE);
    expect(world.cloud).to.deep.equal(everyPhase(10));
  });
});
