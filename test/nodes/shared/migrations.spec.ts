import { expect } from 'chai';
import type { NodeDef } from 'node-red';
import { migrate, STEPS, type Migration } from '../../../nodes/shared/migrations';
import { CHARGER, VERSION } from '../../../nodes/shared/properties';
import { readSettings } from '../../../nodes/shared/settings';

const renamed: Migration = ({ device, ...rest }) => ({ ...rest, charger: device });
const doubled: Migration = (settings) => ({ ...settings, every: Number(settings['every']) * 2 });
const steps = [{ 'zaptec-charger': renamed }, { 'zaptec-charger': doubled, 'zaptec-request': doubled }];

describe('migrations', () => {
  it('go step by step from the version of the settings to the newest', () => {
    const first = { device: 'Garage', every: 5, version: 1 };
    expect(migrate('zaptec-charger', first, steps)).to.deep.equal({ charger: 'Garage', every: 10, version: 3 });
    const second = { charger: 'Garage', every: 5, version: 2 };
    expect(migrate('zaptec-charger', second, steps)).to.deep.equal({ charger: 'Garage', every: 10, version: 3 });
  });

  it('take settings without a version, or with an invalid one, for the first', () => {
    for (const version of [undefined, '', 'x', 0, -1, 1.5]) {
      expect(migrate('zaptec-request', { every: 5, version }, steps)).to.deep.equal({ every: 10, version: 3 });
    }
  });

  it('change neither new settings, nor those of a newer package, nor the object that they were given', () => {
    const newest = { every: 5, version: 3 };
    expect(migrate('zaptec-charger', newest, steps)).to.equal(newest);
    const newer = { every: 5, version: 9 };
    expect(migrate('zaptec-charger', newer, steps)).to.equal(newer);
    const old = Object.freeze({ device: 'Garage', every: 5, version: 1 });
    migrate('zaptec-charger', old, steps);
    expect(old).to.deep.equal({ device: 'Garage', every: 5, version: 1 });
  });

  it('lead to the version of a new node', () => expect(STEPS.length + 1).to.equal(VERSION));

  it('are done before a node reads its settings', () => {
    const def = { id: '1', type: 'zaptec-charger', name: '', z: 'z', charger: 'Garage' } as unknown as NodeDef;
    expect(readSettings(CHARGER, def)).to.include({ charger: 'Garage', version: VERSION });
  });
});
