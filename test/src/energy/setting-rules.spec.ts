import { expect } from 'chai';
import {
  checkSettings,
  choiceOf,
  numberFrom,
  optionalNumber,
  readSettingsChange,
  textThat,
  YES_OR_NO,
  type SettingRules,
} from '../../../src/energy/setting-rules';

interface Own {
  amps: number;
  price: number | undefined;
  mode: string;
  on: boolean;
  word: string;
}

const RULES: SettingRules<Own> = {
  amps: numberFrom(0, 32),
  price: optionalNumber('a number, or blank'),
  mode: choiceOf(['sun', 'fast']),
  on: YES_OR_NO,
  word: textThat((text) => text.length < 4, 'a short text'),
};

describe('the rules of settings', () => {
  it('read numbers and booleans also as text', () => {
    expect(
      readSettingsChange(RULES, { amps: ' 7,5 ', price: '-2', mode: ' sun', on: 'TRUE', word: 'abc' }),
    ).to.deep.equal({
      amps: 7.5,
      price: -2,
      mode: 'sun',
      on: true,
      word: 'abc',
    });
    expect(readSettingsChange(RULES, { price: null })).to.deep.equal({ price: undefined });
    expect(readSettingsChange(RULES, { price: '' })).to.deep.equal({ price: undefined });
  });

  for (const [input, text] of [
    [null, /msg\.config is null.+amps, price/],
    [[1], /msg\.config/],
    [{ volts: 230 }, /msg\.config\.volts is 230.+amps, price, mode/],
    [{ amps: '' }, /msg\.config\.amps is "".+a number from 0 to 32/],
    [{ amps: 'NaN' }, /msg\.config\.amps is "NaN"/],
    [{ amps: Infinity }, /msg\.config\.amps is Infinity/],
    [{ amps: 33 }, /msg\.config\.amps is 33/],
    [{ amps: { secret: 'x' } }, /msg\.config\.amps is an object/],
    [{ price: 'cheap' }, /msg\.config\.price is "cheap"/],
    [{ mode: 'off' }, /one of sun, fast/],
    [{ on: 1 }, /true or false/],
    [{ word: 'long' }, /a short text/],
    [JSON.parse('{"__proto__": 3}'), /msg\.config\.__proto__/],
  ] as const) {
    it(`refuse ${JSON.stringify(input)}, and name the setting, its value and what it may be`, () => {
      expect(() => readSettingsChange(RULES, input)).to.throw(text);
    });
  }

  it('check the whole', () => {
    const good: Own = { amps: 6, price: undefined, mode: 'fast', on: false, word: '' };
    expect(checkSettings(RULES, good)).to.equal(good);
    expect(() => checkSettings(RULES, { ...good, amps: NaN })).to.throw(/amps is NaN/);
  });
});
