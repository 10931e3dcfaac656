import { expect } from 'chai';
import { LANGUAGES, type Language } from '../../nodes/shared/language/languages';
import { STATUS_TEXTS } from '../../nodes/shared/status-texts';
import { textsOf } from '../../nodes/shared/status';
import { catalogue, NODES, read } from '../package/support';
import { editorSuite } from './fixture/editor-suite';
import { flowOf } from './fixture/flow';
import { unreadable } from './fixture/layout';
import { FULL } from './fixture/readable-dialogs';

/** English is measured with everything else about the layout. */
const TRANSLATED = [...new Set(NODES.flatMap(({ languages }) => languages))].filter((one) => one !== 'en-US').sort();
/** Names that browsers have for a language, beside the name of its folder. */
const TAGS: Readonly<Record<string, readonly string[]>> = {
  de: ['de-DE', 'de-AT', 'de-CH'],
  nl: ['nl-NL', 'nl-BE'],
  fr: ['fr-FR', 'fr-CA'],
  da: ['da-DK'],
  nb: ['nb-NO'],
  sv: ['sv-SE'],
};
/** What a status has room for below a node, in px. */
const ROOM = 220;

describe('the languages in a real editor', function () {
  this.timeout(180_000);
  const suite = editorSuite();

  const speak = async (tag: string) => {
    await suite.editor.page.evaluate(`localStorage.setItem('editor-language', ${JSON.stringify(tag)})`);
    await suite.open();
  };
  const palette = () =>
    suite.editor.page.evaluate<string>(`RED.nodes.getType('zaptec-charger')._('zaptec-charger.palette')`);
  const firstLineOfHelp = async () => {
    await suite.editor.page.evaluate(`RED.sidebar.help.show('zaptec-charger')`);
    return (await suite.editor.page.locator('.red-ui-help p').first().textContent()) ?? '';
  };
  const languageOfNew = async () => {
    await suite.editor.editConfig('zaptec-connection', '_ADD_');
    return suite.editor.page.evaluate<string>(`$('#node-config-input-language').val()`);
  };

  before(async () => {
    await suite.open(flowOf(FULL));
    await suite.editor.page.setViewportSize({ width: 1280, height: 2_000 });
  });
  afterEach(() => suite.editor.page.evaluate(`localStorage.removeItem('editor-language')`));

  it('begin a new connection in that of the editor, and leave English where nothing is saved', async () => {
    for (const [tag, language] of Object.entries({ 'nb-NO': 'nb', no: 'nb', 'de-AT': 'de', 'pt-BR': 'en', sv: 'sv' })) {
      await speak(tag);
      expect(await languageOfNew(), tag).to.equal(language);
      await suite.editor.cancel({ config: true });
    }
    await suite.editor.editConfig('zaptec-connection', 'connection');
    const chosen = await suite.editor.page.evaluate<string>(`$('#node-config-input-language option:selected').text()`);
    expect(chosen).to.equal('English');
    const offered = await suite.editor.page.evaluate<string[]>(
      `$('#node-config-input-language option').get().map((option) => option.textContent)`,
    );
    expect(offered).to.deep.equal(Object.values(LANGUAGES));
    await suite.editor.cancel({ config: true });
  });

  for (const language of TRANSLATED) {
    it(`${language}: speaks it by each of its names, in dialogs and in the help`, async () => {
      const texts = catalogue('charger', language);
      const [help = ''] = read('nodes/charger/locales', language, 'help.md').split('\n');
      for (const tag of [language, ...(TAGS[language] ?? [])]) {
        await speak(tag);
        expect(await palette(), tag).to.equal(texts['zaptec-charger.palette']);
        expect((await firstLineOfHelp()).slice(0, 20), tag).to.equal(help.slice(0, 20));
      }
    });

    it(`${language}: has dialogs and help in which nothing is cut, covered or too wide on 1280 px`, async () => {
      await speak(language);
      const { editor } = suite;
      const wrong: string[] = [];
      const measure = async (what: string): Promise<void> => {
        await editor.page.evaluate(`$('.zaptec-dialog details').prop('open', true)`);
        await editor.page.waitForTimeout(200);
        const { seen, wrong: bad } = await unreadable(editor, '.zaptec-dialog');
        expect(seen, what).to.be.above(3);
        wrong.push(...bad.map(({ text, problems }) => `${what}: ${text}: ${problems.join(', ')}`));
        wrong.push(...(await cutOptions()).map((text) => `${what}: ${text}`));
      };
      for (const id of Object.keys(FULL).filter((name) => name !== 'connection')) {
        await editor.edit(id);
        await measure(id);
        await editor.cancel();
      }
      for (const cloud of ['simulator', 'custom']) {
        await editor.editConfig('zaptec-connection', 'connection');
        await editor.choose('cloud', cloud, { config: true });
        await measure(`connection to ${cloud}`);
        await editor.cancel({ config: true });
      }
      for (const name of Object.keys(STATUS_TEXTS)) {
        await editor.page.evaluate(`RED.sidebar.help.show('${name}')`);
        await editor.page.locator('.red-ui-help h3').first().waitFor();
        const { wrong: bad } = await unreadable(editor, '.red-ui-help');
        const cut = bad.filter(({ problems }) => problems.some((problem) => problem.startsWith('cut')));
        wrong.push(...cut.map(({ text }) => `help of ${name}: ${text}: cut`));
      }
      expect(wrong).to.deep.equal([]);
    });

    it(`${language}: has statuses that are shown whole below a node`, async () => {
      const values = {
        ...{ n: 250, done: 128, all: 130, kw: '22.1', age: '59 m', code: 'REDIS_UNAVAILABLE', command: 'deauthorize' },
        ...{ a: '16/16/16', min: 12, by: 'The sun on the…', from: '02:15', rest: '11.4 kWh', percent: 47 },
      };
      const texts = Object.entries(STATUS_TEXTS).flatMap(([type, keys]) =>
        Object.keys(keys).map((key) => `SIM ${textsOf(type, () => language as Language)(key, values)}`),
      );
      const tooWide = await suite.editor.page.evaluate<string[]>(`(() => {
        const label = document.querySelector('.red-ui-flow-node-status-label');
        const before = label.textContent;
        const wide = ${JSON.stringify([...new Set(texts)])}.filter((text) => {
          label.textContent = text;
          return label.getBBox().width > ${ROOM};
        });
        label.textContent = before;
        return wide;
      })()`);
      expect(tooWide).to.deep.equal([]);
    });
  }

  /** A choice that is cut once somebody has made it. */
  function cutOptions(): Promise<string[]> {
    return suite.editor.page.evaluate<string[]>(`(() => {
      const canvas = document.createElement('canvas').getContext('2d');
      return $('.zaptec-dialog select:visible').get().flatMap((select) => {
        const style = getComputedStyle(select);
        canvas.font = style.font;
        const room = select.clientWidth - parseFloat(style.paddingLeft) - parseFloat(style.paddingRight) - 20;
        return [...select.options]
          .filter(({ textContent }) => canvas.measureText(textContent).width > room + 1)
          .map(({ textContent }) => 'option cut: ' + textContent);
      });
    })()`);
  }
});
