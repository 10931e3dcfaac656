import { expect } from 'chai';
import fc from 'fast-check';
import { ChangedAnswers, everyField, fieldsOf, JSON_VALUES, type Change } from '../../support/changed-answers';
import { connection, CONNECTION_ID } from '../../support/node-red/builder';
import { helper, load, useCloud, useNodeRed, type Message } from '../../support/node-red/harness';

const QUESTIONS = [
  ['lists', { kind: 'installation' }],
  ['lists', { kind: 'charger' }],
  ['lists', { kind: 'userGroup' }],
  ['overview', {}],
] as const;

describe('the questions of the editor, whatever form the answers of the cloud have', function () {
  this.timeout(60_000);
  useNodeRed();
  const cloud = useCloud({ scenario: 'home' });
  const answers = new ChangedAnswers(cloud);
  let accounts = 0;
  before(() => answers.start());
  after(() => answers.stop());

  /** The answers to all questions, with an account that has read nothing yet. */
  const answersWith = async (change: Change): Promise<Message[]> => {
    answers.change = change;
    await helper.unload();
    const credentials = { connection: { username: `editor${(accounts += 1)}@example.org`, password: 'any' } };
    await load([connection({ cloud: 'custom', baseUrl: answers.url })], credentials);
    const request = helper.request() as unknown as {
      post(path: string): { send(body: object): Promise<{ body: Message }> };
    };
    const all: Message[] = [];
    for (const [path, body] of QUESTIONS) {
      all.push((await request.post(`/zaptec/${path}`).send({ connection: CONNECTION_ID, ...body })).body);
    }
    return all;
  };

  it('are answered, or the error names the field, where one field has any other JSON type', async () => {
    const whole = await answersWith((_path, body) => body);
    expect(whole.filter(({ error }) => error)).to.deep.equal([]);
    const places = [...answers.originals].flatMap(([path, body]) => fieldsOf(body).map((field) => ({ path, field })));
    expect(places.length).to.be.above(30);
    await fc.assert(
      fc.asyncProperty(fc.constantFrom(...places), fc.constantFrom<unknown>(...JSON_VALUES), async (place, value) => {
        const all = await answersWith((path, body) =>
          path === place.path ? everyField(body, (name, old) => [name, name === place.field ? value : old]) : body,
        );
        for (const { error } of all) {
          if (!error) continue;
          const where = `${place.path} ${place.field} = ${JSON.stringify(value)}: ${error.code} ${error.message}`;
          expect(error.code, where).to.equal('BAD_ANSWER');
          expect(error.message.toLowerCase(), where).to.contain(place.field.toLowerCase());
        }
      }),
      { numRuns: 8 },
    );
  });
});
