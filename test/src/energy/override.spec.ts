import { expect } from 'chai';
import { Override } from '../../../src/energy/override';

describe('the override of a strategy', () => {
  it('counts until its time, or until auto', () => {
    const override = new Override();
    expect(override.at(0)).to.equal(undefined);
    override.set('on', 1_000);
    expect(override.at(999)).to.deep.equal({ to: 'on', until: 1_000 });
    expect(override.at(1_000)).to.equal(undefined);
    expect(override.at(0), 'it does not come back').to.equal(undefined);
    override.set('off');
    expect(override.at(1e15)?.to).to.equal('off');
    override.set('auto');
    expect(override.at(0)).to.equal(undefined);
  });

  it('survives a restart, and takes no nonsense', () => {
    const before = new Override();
    before.set('off', 5_000);
    const after = new Override();
    after.restore(JSON.parse(JSON.stringify(before.dump())));
    expect(after.at(1)).to.deep.equal({ to: 'off', until: 5_000 });
    for (const dumped of [null, undefined, 'off', {}, { to: 'auto' }, []]) {
      const other = new Override();
      other.restore(dumped);
      expect(other.at(1)).to.equal(undefined);
    }
    after.restore({ to: 'on', until: 'soon' });
    expect(after.at(1e15)).to.deep.equal({ to: 'on', until: undefined });
  });
});
