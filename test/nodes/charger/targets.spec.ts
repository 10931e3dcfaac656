import { expect } from 'chai';
import { laneFor } from '../../../nodes/charger/targets';

describe('the lane of a message for several chargers', () => {
  it('puts mass jobs behind single messages', () => {
    expect(laneFor(10)).to.equal('message');
    expect(laneFor(11)).to.equal('background');
  });
});
