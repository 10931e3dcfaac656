import { expect } from 'chai';
import fc from 'fast-check';
import { Margin } from '../../../src/http/margin';

describe('the margin', () => {
  it('is the whole round trip at first, and later the round trip beyond the shortest one', () => {
    const margin = new Margin();
    for (let i = 0; i < 10; i += 1) expect(margin.answered(20)).to.equal(30);
    expect(margin.answered(20)).to.equal(10);
    expect(margin.answered(75)).to.be.closeTo(65, 1);
  });

  it('grows with a refusal and shrinks slowly', () => {
    const margin = new Margin();
    margin.refused();
    expect(margin.floor).to.equal(30);
    for (let i = 0; i < 200; i += 1) margin.answered(20);
    expect(margin.floor).to.equal(10);
  });

  it('stays within its bounds whatever the round trips', () => {
    fc.assert(
      fc.property(
        fc.array(fc.oneof(fc.double({ min: 0, max: 5000, noNaN: true }), fc.constant('429' as const))),
        (events) => {
          const margin = new Margin();
          for (const event of events) {
            if (event === '429') margin.refused();
            else expect(margin.answered(event)).to.be.within(10, 250);
            expect(margin.floor).to.be.within(10, 100);
          }
        },
      ),
    );
  });
});
