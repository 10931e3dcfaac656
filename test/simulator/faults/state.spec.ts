import { expect } from 'chai';
import { FAULT_TABLE, type FaultName } from '../../../simulator/faults/table';
import { Faults } from '../../../simulator/faults/state';

describe('faults', () => {
  it('are off at first, on when set, and off again when cleared', () => {
    const faults = new Faults();
    expect(faults.hits('server-502', 'GET /api/chargers')).to.equal(false);
    faults.set('server-502', { on: true });
    expect(faults.hits('server-502', 'GET /api/chargers')).to.equal(true);
    expect(faults.list().find(({ name }) => name === 'server-502')).to.deep.include({ setting: { on: true }, hits: 1 });
    faults.set('server-502', { on: false });
    expect(faults.hits('server-502')).to.equal(false);
    faults.set('server-502', { on: true });
    faults.clear();
    expect(faults.list().filter(({ setting, hits }) => setting.on || hits > 0)).to.deep.equal([]);
  });

  it('end after a count and strike only what they match, in any case', () => {
    const faults = new Faults();
    faults.set('server-502', { on: true, count: 2, match: 'POST /api/Chargers' });
    const hits = (path?: string) => faults.hits('server-502', path);
    expect(hits('GET /api/chargers')).to.equal(false);
    expect(hits('post /API/chargers/1')).to.equal(true);
    expect(hits()).to.equal(true);
    expect(hits()).to.equal(false);
  });

  it('spare the login unless it is named', () => {
    const faults = new Faults();
    faults.set('server-502', { on: true });
    expect(faults.hits('server-502', 'POST /oauth/token')).to.equal(false);
    faults.set('server-502', { on: true, match: '/oauth' });
    expect(faults.hits('server-502', 'POST /oauth/token')).to.equal(true);
  });

  it('strike at the same times for the same seed', () => {
    const throws = (seed: number) => {
      const faults = new Faults(seed);
      faults.set('slow', { on: true, probability: 0.3 });
      return Array.from({ length: 400 }, () => faults.hits('slow'));
    };
    expect(throws(7)).to.deep.equal(throws(7)).and.not.to.deep.equal(throws(8));
    expect(throws(7).filter(Boolean).length).to.be.within(90, 150);
  });

  it('refuse unknown names and impossible values', () => {
    const faults = new Faults();
    expect(() => faults.set('drop' as FaultName, { on: true })).to.throw(/no fault "drop".*drop-before/);
    expect(() => faults.hits('nonsense' as FaultName)).to.throw(/no fault "nonsense"/);
    expect(() => faults.set('slow', { on: true, probability: 2 })).to.throw(/^probability: 2 .* 0 to 1/);
    expect(() => faults.set('slow', { on: true, count: 0 })).to.throw(/^count: 0 /);
    expect(() => faults.set('slow', { on: true, delayMs: -1 })).to.throw(/^delayMs: -1 /);
    expect(() => faults.set('hang', { on: true, delayMs: 5 })).to.throw(/^delayMs: 5 .* leave it out/);
  });

  it('have one line each in the table', () => {
    expect(new Set(FAULT_TABLE.map(({ name }) => name)).size).to.equal(FAULT_TABLE.length);
  });
});
