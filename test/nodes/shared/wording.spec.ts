import { expect } from 'chai';
import { phrase, phraseOf, zaptecError } from '../../../src/client';
import { parseCommand } from '../../../src/commands/commands';
import { toAmperes } from '../../../src/current/units';
import { counted } from '../../../src/diagnostics/result';
import { describeCode } from '../../../src/errors/codes';
import { runtimeTexts } from '../../../scripts/runtime-texts';
import { asError } from '../../../nodes/shared/errors';
import { errorIn, originalOf, partsOf } from '../../../nodes/shared/language/catalogues';
import { languageOf } from '../../../nodes/shared/language/languages';
import { inCatalogue, Wording, type Catalogue } from '../../../nodes/shared/language/wording';

const wordingOf = (catalogue: Catalogue) => new Wording(inCatalogue(catalogue));

/** A language whose texts are the English ones in brackets: what is outside of them is not translated. */
const bracketed = wordingOf(Object.fromEntries([...runtimeTexts().keys()].map((text) => [text, `⟦${text}⟧`])));
const words = (text: string) => bracketed.of(text);

describe('the words of a language', () => {
  it('find a text by its template, wherever its values are', () => {
    const german = wordingOf({
      'No {0} is called "{1}"; the nearest: {2}': '„{1}“ heißt keine {0}; ähnlich: {2}',
      charger: 'Ladestation',
      'At most {0} for the cars, below the fuse of {1} A': 'Höchstens {0} für die Autos, unter der Sicherung von {1} A',
    });
    const [kind, name] = ['charger', 'P1'];
    expect(german.of(phrase`No ${kind} is called "${name}"; the nearest: ${['P11', 'P12'].join(', ')}`)).to.equal(
      '„P1“ heißt keine Ladestation; ähnlich: P11, P12',
    );
    expect(german.of(phrase`At most ${`16 A`} for the cars, below the fuse of ${25} A`)).to.equal(
      'Höchstens 16 A für die Autos, unter der Sicherung von 25 A',
    );
    expect(german.of('Nobody has translated this')).to.equal('Nobody has translated this');
  });

  it('translate what a text is made of', () => {
    const grid = phrase`${'1.2 kW'} of sun left`;
    expect(
      words(
        phrase`Holds ${phrase`${10} A on ${'one phase'} (${'2.3 kW'})`} while the sun is short, with ${grid}: a pause now would cost more`,
      ),
    ).to.match(/^⟦Holds ⟦.*⟧ while the sun is short, with ⟦1.2 kW of sun left⟧: a pause now would cost more⟧$/);
    const lower = 'the power of the house is not known';
    expect(words(phrase`Waits for the meter: ${lower}`)).to.equal(
      '⟦Waits for the meter: ⟦The power of the house is not known⟧⟧',
    );
    const list = ['a number', phrase`${3} chargers`].join(', ');
    expect(words(phrase`${'x'} is ${list}`)).to.contain('⟦a number⟧, ⟦3 chargers⟧');
  });

  it('translate words of a template that the source chooses between', () => {
    const chosen = wordingOf({
      'the car may charge {0}': 'das Auto darf {0} laden',
      'the car waits {0}': 'das Auto wartet {0}',
    });
    for (const [what, german] of [
      ['may charge', 'das Auto darf 3 min laden'],
      ['waits', 'das Auto wartet 3 min'],
    ])
      expect(chosen.of(phrase`the car ${what} ${'3 min'}`)).to.equal(german);
  });

  it('leave alone what somebody else has written, whatever it looks like', () => {
    const names = ['__n__', '{0}', '{1} {0}', '$& $1', 'no role', 'The login works', '<b>P1</b>', '__proto__'];
    for (const name of names) {
      expect(words(phrase`No ${'installation'} is called "${name}"`)).to.equal(
        `⟦No ⟦installation⟧ is called "${name}"⟧`,
      );
    }
    for (const name of [
      'Garage in Haus',
      '{0}',
      'Cheap hours',
      'The login works, and more',
      'Me and you',
      '10 A by others',
    ])
      expect(words(phrase`${name} has no running session`)).to.equal(`⟦${name} has no running session⟧`);
    const seen = 'No charger is called "P1"';
    expect(words(seen), 'what nobody of us has put together').to.equal(seen);
  });

  it('take a long text of somebody in a moment', () => {
    const started = process.hrtime.bigint();
    for (let n = 0; n < 50; n += 1) words(phrase`${'is in by , ; ('.repeat(250)}${n} is no text`);
    expect(Number(process.hrtime.bigint() - started) / 1e6, 'ms for 50 texts').to.be.below(5_000);
  });

  it('translate two texts that follow each other, each by itself', () => {
    const german = wordingOf({
      '{0} requests a minute over {1}': '{0} Anfragen pro Minute in {1}',
      '{0} requests a minute over {1}; most by {2}': '{0} Anfragen pro Minute in {1}; am meisten: {2}',
      '{0} minutes': '{0} Minuten',
      'to go by {0}': 'noch bis {0}',
      '; by guess': '; geschätzt',
    });
    const texts = ['', phrase`; most by ${'doctor'}`].map(
      (most) => phrase`${7} requests a minute over ${phrase`${5} minutes`}${most}`,
    );
    expect(texts.map((text) => german.of(text))).to.deep.equal([
      '7 Anfragen pro Minute in 5 Minuten',
      '7 Anfragen pro Minute in 5 Minuten; am meisten: doctor',
    ]);
    expect(german.of(phrase`to go by ${'07:00'}${'; by guess'}`)).to.equal('noch bis 07:00; geschätzt');
  });

  it('know what the client counts, refuses and assumes', () => {
    expect(words(counted(2, 'charger'))).to.equal('⟦2 chargers⟧');
    expect(words(counted(1, 'minute'))).to.equal('⟦1 minute⟧');
    for (const value of ['perhaps', undefined, {}]) {
      expect(() => parseCommand(value))
        .to.throw()
        .with.property('message')
        .that.satisfies((text: string) => words(text).includes('⟦is not a command⟧'));
    }
    const { assumption } = toAmperes({ value: 7, unit: 'kW' }, { networkType: 4 });
    expect(words(assumption ?? '')).to.equal('⟦⟦three phases TN⟧, 230 V (assumed)⟧');
  });

  it('forget a text that is too long to be kept five thousand times', () => {
    const text = phrase`${'x'.repeat(20_000)} is no text`;
    expect(phraseOf(text)).to.equal(undefined);
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
