import { expect } from 'chai';
import { everyPhase } from '../../../../src/current/currents';
import { zaptecError } from '../../../../src/errors/zaptec-error';
import { GovernedWorld, MINUTE } from '../../../support/governed-world';

describe('a refusal', () => {
  let world: GovernedWorld;

  beforeEach(() => {
    world = new GovernedWorld();
  });

  it('of a single write stops nobody else: a limit is set the moment that it comes', () => {
    world.fates = ['refused'];
    const key = world.writeOnce();
    expect(world.answers.get(key)).to.include({ ok: false });
    world.pass(1_000);
    world.request('fuse', 10, { role: 'limit' });
    world.pass(1_000);
    expect(world.cloud).to.deep.equal(everyPhase(10));
    expect(world.decisions('fuse')).to.deep.equal(['applied']);
  });

  it('of the write of a limit is reported, and the limit is set soon after', () => {
    world.fates = ['refused'];
    world.request('fuse', 10, { role: 'limit' });
    expect(world.last('fuse')).to.deep.include({ decision: 'refused', requested: everyPhase(10) });
    expect(world.last('fuse')?.error?.code).to.equal('HTTP_403');
    world.pass(MINUTE);
    expect(world.cloud).to.deep.equal(everyPhase(10));
    expect(world.decisions('fuse')).to.deep.equal(['refused', 'applied']);
  });

  it('of one value does not keep another from being set', () => {
    world.fates = ['refused'];
    world.request('solar', 16);
    world.request('solar', 12);
    world.pass(1_000);
    expect(world.cloud).to.deep.equal(everyPhase(12));
  });

  it('that lasts costs a write every five minutes at the most', () => {
    world.fates = Array<'refused'>(100).fill('refused');
    world.request('fuse', 10, { role: 'limit' });
    world.pass(60 * MINUTE);
    expect(world.sent.length).to.be.within(12, 17);
    expect(world.decisions('fuse')).to.deep.equal(['refused']);
  });

  it('of one reading keeps no limit from being set', () => {
    world.request('solar', 20);
    world.pass(2 * MINUTE);
    world.unread = 1;
    world.unreadForGood = true;
    world.pass(60 * MINUTE);
    expect(world.unread).to.equal(0);
    world.request('fuse', 10, { role: 'limit' });
    world.pass(1_000);
    expect(world.cloud).to.deep.equal(everyPhase(10));
  });

  it('of the first reading is reported, and the installation is read again within five minutes', () => {
    world.unread = 1;
    world.unreadForGood = true;
    world.request('fuse', 10, { role: 'limit' });
    expect(world.decisions('fuse')).to.deep.equal(['refused']);
    world.pass(5 * MINUTE);
    expect(world.cloud).to.deep.equal(everyPhase(10));
    expect(world.decisions('fuse')).to.deep.equal(['refused', 'applied']);
  });

  it('that a reading confirms lasts an hour for a target, and five minutes for a limit', () => {
    world.refusal = zaptecError('ROLE_MISSING', 'made up');
    world.request('solar', 10);
    world.pass(59 * MINUTE);
    expect(world.reads).to.equal(1);
    world.request('fuse', 8, { role: 'limit' });
    world.refusal = undefined;
    world.pass(5 * MINUTE);
    expect(world.cloud).to.deep.equal(everyPhase(8));
  });

  it('with 527, that something else governs the current, is one for every value until the installation changes', () => {
    world.fates = ['governed-elsewhere'];
    world.request('solar', 10);
    expect(world.last('solar')?.error?.code).to.equal('ZAPTEC_527');
    world.request('solar', 9);
    world.pass(59 * MINUTE);
    expect(world.decisions('solar')).to.deep.equal(['refused', 'refused']);
    expect(world.sent).to.have.length(1);
    world.pass(2 * MINUTE);
    expect(world.cloud).to.deep.equal(everyPhase(9));
  });

  for (const [what, fingerprint, sent] of [
    ['lasts where a reading finds the installation as it was', 'a', 1],
    ['ends where a reading finds the installation changed', 'b', 2],
  ] as const) {
    it(`with 527 ${what}`, () => {
      world.fates = ['governed-elsewhere'];
      world.request('solar', 10);
      world.fingerprint = fingerprint;
      const { cloud: currents, maxCurrent, refusal, now: at } = world;
      world.do({ type: 'reading', reading: { currents, maxCurrent, at, refusal, fingerprint } });
      world.pass(20 * MINUTE);
      expect(world.sent).to.have.length(sent);
    });
  }

  it('of a single write delays no write of a node, not even by a moment', () => {
    world.fates = ['refused'];
    world.writeOnce(everyPhase(8));
    const { reads } = world;
    world.request('fuse', 8, { role: 'limit' });
    expect(world.reads, 'something may have changed').to.equal(reads + 1);
    expect(world.cloud, 'the same value too').to.deep.equal(everyPhase(8));
  });

  it('with 527 of a single write is one for that alone', () => {
    world.fates = ['governed-elsewhere'];
    const key = world.writeOnce(everyPhase(8));
    expect(world.answers.get(key)).to.have.nested.property('error.code', 'ZAPTEC_527');
    world.request('solar', 10);
    expect(world.cloud).to.deep.equal(everyPhase(10));
  });

  it('of one value ends with a deploy, which may have mended the cause', () => {
    world.fates = ['refused'];
    world.request('fuse', 10, { role: 'limit' });
    world.pass(5_000);
    expect(world.sent).to.have.length(1);
    world.arm('fuse', { role: 'limit' });
    expect(world.cloud).to.deep.equal(everyPhase(10));
  });
});
