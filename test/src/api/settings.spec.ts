import { expect } from 'chai';
import { CHARGER, checkSettings, INSTALLATION, PRIORITY } from '../../../src/api/settings';
import { isZaptecError, type ZaptecError } from '../../../src/errors/zaptec-error';

function refusal(rules: typeof CHARGER, settings: unknown): ZaptecError {
  try {
    checkSettings(rules, settings);
  } catch (error) {
    if (isZaptecError(error)) return error;
  }
  throw new Error('The settings are taken');
}

describe('the settings of a write', () => {
  const ranges: [string, typeof CHARGER, string, number, number, string][] = [
    ['an installation', INSTALLATION, 'availableCurrent', 0, 10_000, 'A'],
    ['an installation', INSTALLATION, 'maxCurrent', 0, 10_000, 'A'],
    ['an installation', INSTALLATION, 'threeToOnePhaseSwitchCurrent', 0, 32, 'A'],
    ['a charger', CHARGER, 'maxChargeCurrent', 0, 32, 'A'],
    ['a charger', CHARGER, 'minChargeCurrent', 6, 32, 'A'],
    ['a charger', CHARGER, 'offlineChargeCurrent', -1, 32, 'A'],
    ['a charger', CHARGER, 'meterValueInterval', 0, 86_400, 's'],
    ['a session', PRIORITY, 'prioritizedCurrent', 0, 32, 'A'],
  ];
  for (const [what, rules, field, min, max, unit] of ranges) {
    it(`of ${what} take ${field} from ${min} to ${max} ${unit}`, () => {
      for (const value of [min, max, (min + max) / 2]) {
        expect(checkSettings(rules, { [field]: value })).to.deep.equal({ [field]: value });
        expect(checkSettings(rules, { [field]: String(value) })).to.deep.equal({ [field]: value });
      }
      for (const value of [min - 0.1, max + 0.1, NaN, Infinity, null, true]) {
        const { code, message } = refusal(rules, { [field]: value });
        expect(code).to.equal('INPUT_INVALID');
        expect(message).to.equal(
          `${field} is ${String(value)}. Remedy: Give a number of ${unit} from ${min} to ${max}`,
        );
      }
    });
  }

  const choices: [typeof CHARGER, string, number[]][] = [
    [CHARGER, 'maxChargePhases', [1, 3]],
    [CHARGER, 'offlineChargePhase', [0, 1, 2, 4, 7]],
    [PRIORITY, 'prioritizedPhases', [1, 3]],
  ];
  for (const [rules, field, of] of choices) {
    it(`take for ${field} one of ${of.join(', ')}`, () => {
      for (const value of of)
        expect(checkSettings(rules, { [field]: String(value) })).to.deep.equal({ [field]: value });
      for (const value of [-1, 8, true]) {
        expect(refusal(rules, { [field]: value }).message).to.contain(`Give one of ${of.join(', ')}`);
      }
    });
  }

  it('take a truth value as what it is and as text', () => {
    for (const [given, value] of [
      [true, true],
      [false, false],
      ['true', true],
      ['false', false],
    ] as const) {
      expect(checkSettings(INSTALLATION, { minPowerOfflineMode: given })).to.deep.equal({ minPowerOfflineMode: value });
    }
    const { message } = refusal(INSTALLATION, { minPowerOfflineMode: 'perhaps' });
    expect(message).to.contain('minPowerOfflineMode is "perhaps"').and.to.contain('Give true or false');
  });

  for (const settings of [{}, [], null, undefined, 'availableCurrent=16']) {
    it(`are missing in ${JSON.stringify(settings)}`, () => {
      const { code, message } = refusal(PRIORITY, settings);
      expect(code).to.equal('INPUT_INVALID');
      expect(message).to.contain('There are no settings to write');
      expect(message).to.contain('Give an object with some of prioritizedPhases, prioritizedCurrent');
    });
  }

  it('name what is unknown, and what is known', () => {
    for (const field of ['x'.repeat(60), 'toString']) {
      const { code, message } = refusal(PRIORITY, { [field]: '1' });
      expect(code).to.equal('INPUT_INVALID');
      expect(message).to.contain(`Unknown setting ${field.slice(0, 40)}. Remedy`);
      expect(message).to.contain('Use prioritizedPhases, prioritizedCurrent');
    }
  });

  it('show a part of a long text, and of a list that it is one', () => {
    const { message } = refusal(PRIORITY, { prioritizedCurrent: 'x'.repeat(60) });
    expect(message).to.contain(`prioritizedCurrent is "${'x'.repeat(40)}". Remedy`);
    expect(refusal(PRIORITY, { prioritizedCurrent: [1] }).message).to.contain('prioritizedCurrent is a list');
  });

  it('have all three phases or none, and not with one current for all', () => {
    const phases = { availableCurrentPhase1: 6, availableCurrentPhase2: 7, availableCurrentPhase3: 8 };
    expect(checkSettings(INSTALLATION, phases)).to.deep.equal(phases);
    expect(checkSettings(INSTALLATION, { ...phases, maxCurrent: 20 })).to.deep.equal({ ...phases, maxCurrent: 20 });
    const alone = refusal(INSTALLATION, { availableCurrentPhase2: 6 });
    expect(alone.code).to.equal('INPUT_INVALID');
    expect(alone.message).to.contain('availableCurrentPhase2 without availableCurrentPhase1, availableCurrentPhase3');
    expect(alone.message).to.contain('Give all three phases, because a phase that is left out');
    const two = refusal(INSTALLATION, { availableCurrentPhase1: 6, availableCurrentPhase2: 6 });
    expect(two.message).to.contain('availableCurrentPhase1, availableCurrentPhase2 without availableCurrentPhase3');
    const both = refusal(INSTALLATION, { ...phases, availableCurrent: 6 });
    expect(both.code).to.equal('INPUT_INVALID');
    expect(both.message).to.contain('availableCurrent together with single phases');
    expect(both.message).to.contain('Give either availableCurrent or all three phases');
  });
});
