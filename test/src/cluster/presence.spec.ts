import { expect } from 'chai';
import { Presence } from '../../../src/cluster/presence';

/** The others keep the share of a silent machine free after 800 ms, and what they sent before counts 1,250 ms longer. */
const COUNTED_MS = 2_050;
const SETTLED_MS = 1_250;

describe('the presence of a machine among the others', () => {
  let presence: Presence;
  beforeEach(() => (presence = new Presence()));

  it('ends a while after the answer to its last question that was taken', () => {
    expect(presence.countedUntil).to.equal(-Infinity);
    presence.answered(presence.ask(1_000, 1_700), 1_010, true);
    presence.answered(presence.ask(2_000, 2_700), 2_010, false);
    expect(presence.countedUntil).to.equal(1_010 + COUNTED_MS);
  });

  it('may begin as late as a question can be taken whose answer is missing', () => {
    const lost = presence.ask(1_000, 1_700);
    presence.answered(presence.ask(1_100, 1_800), 1_110, true);
    expect(presence.countedUntil).to.equal(1_700 + COUNTED_MS);
    presence.answered(lost, 1_200, true);
    expect(presence.countedUntil).to.equal(1_200 + COUNTED_MS);
  });

  it('is no longer that of a stranger once what was sent before the first answer has settled', () => {
    expect(presence.strangerUntil).to.equal(-Infinity);
    presence.introduce(1_000);
    presence.introduce(1_500);
    expect(presence.strangerUntil).to.equal(1_000 + 6_500 + SETTLED_MS);
    presence.introduced(2_000);
    presence.introduced(2_500);
    expect(presence.strangerUntil).to.equal(2_000 + SETTLED_MS);
  });

  it('is none where Redis does not take the first question', () => {
    presence.introduce(1_000);
    presence.refused(1_000);
    expect(presence.strangerUntil).to.equal(-Infinity);
    presence.introduce(1_500);
    presence.refused(2_000);
    expect(presence.strangerUntil).to.equal(1_500 + 6_500 + SETTLED_MS);
  });
});
