import { expect } from 'chai';
import { existsSync, readdirSync, readFileSync } from 'node:fs';
import path from 'node:path';
import { LANGUAGES, type Language } from '../../../nodes/shared/language/languages';
import { inCatalogue, Wording } from '../../../nodes/shared/language/wording';
import { textsOf } from '../../../nodes/shared/status';
import { charger, connection, CONNECTION_ID, doctor, flow, plan, sink } from '../../support/node-red/builder';
import {
  ask,
  expectMessage,
  failing,
  helper,
  load,
  logLines,
  type Message,
  status,
  useNodeRed,
} from '../../support/node-red/harness';

const FOLDER = path.join(__dirname, '../../../nodes/shared/locales');
const TRANSLATED = (existsSync(FOLDER) ? readdirSync(FOLDER) : []).map((file) => path.basename(file, '.json'));
/** Without a translation there is nothing to see but English, which must then be whole. */
const SPOKEN = ['en', ...TRANSLATED] as Language[];
const REASON = 'No charger is called "Nobody"; the nearest: Carport, Garage';
const REMEDY = 'Check the spelling, or use the id';

const wordsOf = (language: Language) => {
  const texts =
    language === 'en' ? {} : (JSON.parse(readFileSync(path.join(FOLDER, `${language}.json`), 'utf8')) as object);
  const wording = new Wording(inCatalogue(texts as Record<string, string>));
  return (text: string) => wording.of(text);
};

describe('the language of a connection', () => {
  useNodeRed();

  const simulated = (over: object = {}) => connection({ cloud: 'simulator', scenario: 'home', speed: 1, ...over });
  const at = (over: object = {}) => [
    simulated(over),
    ...flow(charger({ charger: 'Nobody' }), doctor({ show: 'all' }), plan(), sink('plans')),
  ];
  const warnings = () =>
    logLines()
      .filter(({ type }) => type === 'zaptec-connection')
      .map(({ msg }) => String(msg));

  for (const language of SPOKEN) {
    const words = wordsOf(language);

    it(`${language}: words errors, remedies and statuses, and changes no code`, async () => {
      await load(at({ language }));
      const error = await failing('charger');
      expect(error.code).to.equal('NOT_FOUND');
      expect(error.cause).to.include({ name: 'UnknownName', remedy: words(REMEDY) });
      expect(error.message).to.include(words(REMEDY)).and.include('Nobody');
      expect(error.message).to.equal(words(`${REASON}. Remedy: ${REMEDY}`));
      if (language !== 'en') expect(error.message).not.to.include(REMEDY);
      const connected = `SIM ${textsOf('zaptec-connection', () => language)('connected')}`;
      expect(await status(CONNECTION_ID, connected)).to.include({ code: 'connected' });
      expect(await status('charger', 'SIM NOT_FOUND')).to.include({ code: 'NOT_FOUND' });
    });

    it(`${language}: words the findings of a doctor and the reasons of a node without a connection`, async () => {
      await load(at({ language }));
      const { payload } = await ask('doctor');
      const login = (payload as Message[]).find(({ check }) => check === 'login');
      expect(login).to.include({ check: 'login', ok: true, severity: 'info', found: words('The login works') });
      const message = await ask('plan', { override: 'on', payload: '' }, 'plans');
      expectMessage(message, 'plan');
      expect(message.zaptec).to.include({ result: 'override-on', reason: words('Switched on by message') });
      expect(message.payload.reason).to.equal(message.zaptec.reason);
    });

    it(`${language}: is that of the sidebar and of the errors in it`, async () => {
      await load(at({ language }));
      await failing('charger');
      const request = helper.request() as unknown as {
        post(path: string): { send(body: object): Promise<{ body: Message }> };
      };
      const { body } = await request.post('/zaptec/overview').send({});
      expect(body.data[0].recentErrors[0]).to.deep.include({
        code: 'NOT_FOUND',
        message: words(REASON),
        remedy: words(REMEDY),
        count: 1,
      });
      const lists = await request.post('/zaptec/lists').send({ connection: CONNECTION_ID, kind: 'moons' });
      expect(lists.body.error).to.deep.equal({
        code: 'INPUT_INVALID',
        message: words('There is no such list'),
        remedy: words('Reload the editor'),
      });
    });
  }

  it('is English for a connection that was saved before there was a choice', async () => {
    await load(at());
    expect((await failing('charger')).message).to.equal(`${REASON}. Remedy: ${REMEDY}`);
    expect(warnings().join()).not.to.include('language');
  });

  it('is English with a warning where there is no such language, and the flows go on', async () => {
    await load(at({ language: 'klingon' }));
    expect((await failing('charger')).message).to.equal(`${REASON}. Remedy: ${REMEDY}`);
    const known = Object.keys(LANGUAGES).join(', ');
    expect(warnings()).to.include(`The language is "klingon": the texts are English. Use one of ${known}`);
  });

  it('may come from the environment, by any name that a system has for it', async () => {
    process.env['TEST_LANGUAGE'] = 'de_AT.UTF-8';
    try {
      await load(at({ language: '${TEST_LANGUAGE}' }));
      const error = await failing('charger');
      const language = TRANSLATED.includes('de') ? 'de' : 'en';
      expect(error.cause.remedy).to.equal(wordsOf(language)(REMEDY));
      expect(warnings().join()).not.to.include('The language is');
    } finally {
      delete process.env['TEST_LANGUAGE'];
    }
  });

  it('names a variable that is not set', async () => {
    await load(at({ language: '${NO_SUCH_LANGUAGE}' }));
    await failing('charger');
    expect(warnings().join('\n')).to.include('The language is "${NO_SUCH_LANGUAGE}": the texts are English');
  });

  it('is that of each connection where there are several, and English for a node without one', async () => {
    const other = connection({ id: 'other', cloud: 'simulator', scenario: 'home', language: 'sv' });
    await load([...at({ language: 'de' }), other]);
    const message = await ask('plan', { override: 'off', payload: '' }, 'plans');
    expect(message.zaptec.reason).to.equal('Switched off by message');
  });
});
