import { expect } from 'chai';
import { fingerprint, preflight } from '../../../src/current/preflight';

const SITE = { id: 'x', currentUserRoles: 2, availableCurrentMode: 0, enabledFeatures: 0 };

describe('preflight', () => {
  it('lets through an installation that can be set, or of which nothing is known', () => {
    expect(preflight(SITE)).to.equal(undefined);
    expect(preflight({ id: 'x' })).to.equal(undefined);
    expect(preflight({ ...SITE, currentUserRoles: 4 }, [true, false])).to.equal(undefined);
  });

  for (const [what, over, standAlone, code] of [
    ['a mere user', { currentUserRoles: 1 }, [], 'ROLE_MISSING'],
    ['a schedule', { availableCurrentMode: 1 }, [], 'NOT_MANUAL'],
    ['automatic power management', { availableCurrentMode: 2 }, [], 'NOT_MANUAL'],
    ['eco mode', { enabledFeatures: 8 }, [], 'NOT_MANUAL'],
    ['surplus mode', { enabledFeatures: 131072 }, [], 'NOT_MANUAL'],
    ['chargers that all work stand-alone', {}, [true, true], 'STAND_ALONE'],
  ] as const) {
    it(`refuses ${what}, with a remedy`, () => {
      const error = preflight({ ...SITE, ...over }, standAlone);
      expect(error).to.include({ code });
      expect(error!.cause.attempts).to.equal(0);
      expect(error!.cause.remedy).to.have.length.above(20);
      expect(fingerprint({ ...SITE, ...over }, standAlone)).not.to.equal(fingerprint(SITE));
    });
  }
});
