import { expect } from 'chai';
import { existsSync, readdirSync } from 'node:fs';
import path from 'node:path';
import { runtimeTexts } from '../../scripts/runtime-texts';
import { LANGUAGES, type Language } from '../../nodes/shared/language/languages';
import { runtimeTextsIn } from '../../nodes/shared/language/runtime-texts';
import { CONNECTION } from '../../nodes/shared/properties';
import { STATUS_TEXTS } from '../../nodes/shared/status-texts';
import { catalogue, NODES, read, ROOT } from './support';

const RUNTIME = 'nodes/shared/locales';
const runtimeLanguages = existsSync(path.join(ROOT, RUNTIME))
  ? readdirSync(path.join(ROOT, RUNTIME)).map((file) => path.basename(file, '.json'))
  : [];
/** Each language beside English that anything is translated to. */
const TRANSLATED = [
  ...new Set([...NODES.flatMap(({ languages }) => languages.filter((one) => one !== 'en-US')), ...runtimeLanguages]),
].sort();

/** More letters than this in a row are not the same in two languages by chance. */
const LONGEST_EQUAL = 24;
/** What a text has that nobody translates. */
const FIXED = /`[^`]*`|<code>.*?<\/code>|__\w+__|\$?\{\w*\}|%[sd]|https?:\S+|&\w+;/g;
/** Words of the trade and names, which may be the same in each language. */
const NAMES =
  /Zaptec|Node-RED|Redis|AMQP|WebSocket|Tibber|Nord Pool|ENTSO-E|Octopus|aWATTar|Solcast|OCMF|APM|OCPP|JSON|REST|InfluxDB|MQTT|csv|flat|current\w*|API|kWh?|CO₂/gi;

const placeholders = (text: string): string[] => (text.match(/__\w+__|\{\d\}|\$\{\w+\}|%[sd]/g) ?? []).sort();

/** Whether a text was left in English by mistake: it says something, in several words. */
function isLeft(english: string, translation: string): boolean {
  const words =
    english
      .replace(FIXED, ' ')
      .replace(NAMES, ' ')
      .match(/\p{L}{2,}/gu) ?? [];
  return translation === english && words.length > 3 && words.join(' ').length > LONGEST_EQUAL;
}

/** What a help text is made of. Examples may have names in them, and statuses are in the words of the language. */
function shapeOf(help: string) {
  const blocks = help.match(/^```[^]*?^```/gm) ?? [];
  const prose = help.replace(/^```[^]*?^```/gm, '');
  const [, , ...sections] = prose.split(/^### /m);
  const spans = (text: string) => (text.match(/`[^`\n]+`/g) ?? []).map((span) => span.slice(1, -1));
  return {
    sections: (prose.match(/^###? /gm) ?? []).length,
    blocks: blocks.map((block) => block.replace(/"(?:name|label|info)": "[^"]*"/g, '').replace(/\s+/g, ' ')),
    properties: (prose.match(/^: /gm) ?? []).length,
    links: (prose.match(/\]\([^)]+\)/g) ?? []).sort(),
    messages: [...new Set(prose.match(/\bmsg\.[\w.]*\w/g) ?? [])].sort(),
    spans: [...new Set(spans(prose))].sort(),
    sectionSpans: sections.map((section) => spans(section).length),
  };
}

describe('the languages', () => {
  it('are those of the connection, each of them whole', () => {
    expect(CONNECTION.language.values).to.have.members(Object.keys(LANGUAGES));
    expect(Object.keys(LANGUAGES)).to.include.members(TRANSLATED);
    for (const { type, languages } of NODES) {
      expect([...languages].sort(), type).to.have.members(['en-US', ...TRANSLATED]);
    }
    if (TRANSLATED.length > 0) expect([...runtimeLanguages].sort(), RUNTIME).to.deep.equal(TRANSLATED);
  });

  const forgotten: string[] = [];
  let runtime: readonly string[];
  // All sources are read for them.
  before(() => (runtime = [...runtimeTexts((place) => forgotten.push(place)).keys()]));

  it('have texts of the run time to translate, each with its values once', () => {
    expect(runtime).to.include('No {0} is called "{1}"');
    expect(runtime).to.include('Zaptec refuses the user name or the password of this connection');
    expect(runtime).to.include('Holds {0} while the sun is short, with {1}: a pause now would cost more');
    for (const text of runtime) {
      const values = placeholders(text);
      expect(values, text).to.deep.equal([...values.keys()].map((index) => `{${index}}`));
      expect(text.replace(/\{\d\}/g, ''), `${text}: values that touch`).to.match(/\p{L}/u);
    }
  });

  it('have the tag `phrase` at each text with values, without which nobody finds its translation', () => {
    expect(forgotten).to.deep.equal([]);
  });

  for (const language of TRANSLATED) {
    describe(`${language}, ${LANGUAGES[language as keyof typeof LANGUAGES]}`, () => {
      if (runtimeLanguages.includes(language)) {
        const texts = JSON.parse(read(RUNTIME, `${language}.json`)) as Record<string, string>;

        it('has every text of the run time, and none that nobody says', () => {
          const english = new Set(runtime);
          expect(
            runtime.filter((text) => !Object.hasOwn(texts, text)),
            'missing',
          ).to.deep.equal([]);
          expect(
            Object.keys(texts).filter((text) => !english.has(text)),
            'left over',
          ).to.deep.equal([]);
        });

        it('has in the package the texts of the run time that the sources have', () => {
          const built = runtimeTextsIn(path.join(ROOT, 'dist/nodes'), language as Language);
          expect(Object.fromEntries(Object.keys(texts).map((text) => [text, built(text)]))).to.deep.equal(texts);
          expect(built('Nobody says this')).to.equal(undefined);
        });

        it('keeps the values of each text of the run time, and leaves none in English', () => {
          const wrong = Object.entries(texts).flatMap(([english, text]) => [
            ...(placeholders(text).join() === placeholders(english).join() ? [] : [`values: ${english}: ${text}`]),
            ...(text.trim() === '' ? [`blank: ${english}`] : []),
            ...(isLeft(english, text) ? [`English: ${english}`] : []),
            ...(!/^\s/.test(english) || /^\s/.test(text) ? [] : [`space at its beginning: "${english}": "${text}"`]),
          ]);
          expect(wrong).to.deep.equal([]);
        });
      }

      for (const { type, name, languages } of NODES.filter((node) => node.languages.includes(language))) {
        it(`${type}: has the same keys, the same values in each text, and no text in English`, () => {
          expect(languages).to.include('en-US');
          const english = catalogue(name, 'en-US');
          const texts = catalogue(name, language);
          expect(Object.keys(texts)).to.have.members(Object.keys(english));
          const wrong = Object.entries(texts).flatMap(([key, text]) => [
            ...(placeholders(text).join() === placeholders(english[key] ?? '').join() ? [] : [`values: ${key}`]),
            ...(text.trim() === '' ? [`blank: ${key}`] : []),
            ...(isLeft(english[key] ?? '', text) ? [`English: ${key}: ${text}`] : []),
            ...(/<(?!\/?(?:code|b|i|a|p|br|strong|em)\b)/i.test(text) ? [`HTML: ${key}: ${text}`] : []),
          ]);
          expect(wrong).to.deep.equal([]);
        });

        it(`${type}: has help of the same shape, with the same properties of messages`, () => {
          const english = shapeOf(read('nodes', name, 'locales/en-US/help.md'));
          const own = shapeOf(read('nodes', name, 'locales', language, 'help.md'));
          expect(own.sections, 'headings').to.equal(english.sections);
          expect(own.properties, 'properties').to.equal(english.properties);
          expect(own.blocks, 'code blocks').to.deep.equal(english.blocks);
          expect(own.links, 'links').to.deep.equal(english.links);
          expect(own.messages, 'properties of messages').to.deep.equal(english.messages);
          expect(own.sectionSpans, 'code in each section').to.deep.equal(english.sectionSpans);
          // A status stands in the words in which the canvas shows it; everything else in code is what flows use.
          const shown = Object.values(STATUS_TEXTS[type as keyof typeof STATUS_TEXTS]) as readonly string[];
          const fixed = english.spans.filter((span) => !isStatus(span, shown));
          expect(
            fixed.filter((span) => !own.spans.includes(span)),
            'code that is missing',
          ).to.deep.equal([]);
        });
      }
    });
  }
});

/** Whether code in a help text is a status, with or without its values. */
function isStatus(span: string, statuses: readonly string[]): boolean {
  return statuses.some((status) => {
    const parts = status.split(/__\w+__/).map((part) => part.replace(/[.*+?^${}()|[\]\\]/g, '\\$&'));
    return new RegExp(`^(?:SIM )?${parts.join('.+')}$`).test(span);
  });
}
