import { expect } from 'chai';
import { zaptecError } from '../../../src/client';
import { describeCode } from '../../../src/errors/codes';
import { runtimeTexts } from '../../../scripts/runtime-texts';
import { asError } from '../../../nodes/shared/errors';
import { errorIn, originalOf, partsOf } from '../../../nodes/shared/language/catalogues';
import { languageOf } from '../../../nodes/shared/language/languages';
import { Wording } from '../../../nodes/shared/language/wording';

/** A language whose texts are the English ones in brackets: what is outside of them is not translated. */
const bracketed = new Wording(Object.fromEntries([...runtimeTexts().keys()].map((text) => [text, `⟦${text}⟧`])));
const words = (text: string) => bracketed.of(text);

describe('the words of a language', () => {
  it('find a text by its template, wherever its values are', () => {
    const german = new Wording({
      'No {0} is called "{1}"; the nearest: {2}': '„{1}“ heißt keine {0}; ähnlich: {2}',
      charger: 'Ladestation',
      'At most {0} for the cars, below the fuse of {1} A': 'Höchstens {0} für die Autos, unter der Sicherung von {1} A',
    });
    expect(german.of('No charger is called "P1"; the nearest: P11, P12')).to.equal(
      '„P1“ heißt keine Ladestation; ähnlich: P11, P12',
    );
    expect(german.of('At most 16 A for the cars, below the fuse of 25 A')).to.equal(
      'Höchstens 16 A für die Autos, unter der Sicherung von 25 A',
    );
    expect(german.of('Nobody has translated this')).to.equal('Nobody has translated this');
  });

  it('translate what a reason is made of', () => {
    const reasons = [
      'Waits for a cheaper time, from 02:15, 11.4 kWh to go by 07:00; prices not known yet count as those of the day before',
      'Raised to 10 A on one phase (2.3 kW), with 1.2 kW of sun left; a raise waits 3 min',
      'L1 has 30 A with a fuse of 25 A: at most nothing for the cars',
      'Waits for the meter: the power of the house is not known',
      'Switched on by message until 12:15',
    ];
    expect(reasons.map(words)).to.deep.equal([
      '⟦Waits for a cheaper time, from 02:15, 11.4 kWh to go by 07:00⟦; prices not known yet count as those of the day before⟧⟧',
      '⟦Raised to ⟦⟦10 A on one phase (2.3 kW)⟧, with ⟦1.2 kW of sun left⟧; a raise waits 3 min⟧⟧',
      '⟦⟦L1 has 30 A⟧ with a fuse of 25 A: at most ⟦nothing⟧ for the cars⟧',
      '⟦Waits for the meter: ⟦The power of the house is not known⟧⟧',
      '⟦Switched on by message⟦ until 12:15⟧⟧',
    ]);
  });

  it('leave alone what somebody else has written, whatever it looks like', () => {
    const names = ['__n__', '{0}', '{1} {0}', '$& $1', 'no role', 'The login works', '<b>P1</b>', '__proto__'];
    for (const name of names) {
      expect(words(`No installation is called "${name}"`)).to.equal(`⟦No ⟦installation⟧ is called "${name}"⟧`);
      expect(words(`No charger is called "${name}"`)).to.equal(`⟦No charger is called "${name}"⟧`);
    }
    expect(words('Garage in Haus has no running session')).to.equal('⟦Garage in Haus has no running session⟧');
    expect(words('{0} has no running session')).to.equal('⟦{0} has no running session⟧');
  });

  it('take a long text of somebody in a moment', () => {
    const started = process.hrtime.bigint();
    for (let n = 0; n < 50; n += 1) words(`${'is in by , ; ('.repeat(250)}${n}`);
    expect(Number(process.hrtime.bigint() - started) / 1e6, 'ms for 50 texts').to.be.below(5_000);
  });

  it('know every error with its remedy, also after several tries', () => {
    const error = zaptecError('NOT_FOUND', 'The account sees no charger', { attempts: 3 });
    expect(words(error.message)).to.equal(
      '⟦⟦The account sees no charger⟧ (3 tries). Remedy: ⟦Check the spelling, or use the id⟧⟧',
    );
    for (const code of ['ZAPTEC_528', 'HTTP_403', 'HTTP_500', 'TIMEOUT', 'READ_ONLY', 'ABORTED', 'INTERNAL'] as const) {
      const { remedy } = asError(zaptecError(code, 'The login works')).cause;
      expect(words(remedy), code).to.equal(`⟦${remedy}⟧`);
      expect(words(describeCode(code).remedy), code).to.match(/^⟦[^⟦⟧]*⟧$/);
    }
  });

  it('put an error into words without a change of what programs read', () => {
    const english = zaptecError('HTTP_403', 'The account sees no charger', { status: 403, attempts: 1 });
    const error = errorIn(words, english);
    expect(error.message).to.equal(`⟦⟦The account sees no charger⟧. Remedy: ⟦${english.cause.remedy}⟧⟧`);
    expect(error).to.include({ code: 'HTTP_403', name: 'ZaptecError' });
    expect(error.cause).to.deep.equal({ ...english.cause, remedy: `⟦${english.cause.remedy}⟧` });
    expect(error.stack).to.contain(error.message);
    expect(Object.keys(error)).to.have.members(Object.keys(english));
    expect(originalOf(error)).to.equal(english);
    expect(partsOf(error)).to.deep.equal({
      message: '⟦The account sees no charger⟧',
      remedy: `⟦${english.cause.remedy}⟧`,
    });
    expect(asError(error), 'an error that passes twice').to.equal(error);
    expect(errorIn(words, error)).to.equal(error);
  });

  it('are those of a language, by any of its names', () => {
    const tags = ['de', 'de-AT', 'nl-BE', 'nb-NO', 'no', 'nn', 'SV', 'en-GB', 'fr_CA', ' da '];
    expect(tags.map(languageOf)).to.deep.equal(['de', 'de', 'nl', 'nb', 'nb', 'nb', 'sv', 'en', 'fr', 'da']);
    expect(['', 'pt', 'constructor', '${LANG}', 'deutsch'].map(languageOf)).to.deep.equal(Array(5).fill(undefined));
  });
});
