import { expect } from 'chai';
import fc from 'fast-check';
import { ChangedAnswers, everyField, fieldsOf, JSON_VALUES, type Change } from '../../support/changed-answers';
import { charger, connection, flow, installation, request, sink, updateCurrent } from '../../support/node-red/builder';
import {
  busyAndIdle,
  get,
  helper,
  load,
  send,
  siteOf,
  useCloud,
  useNodeRed,
  type Failure,
  type Message,
} from '../../support/node-red/harness';
import { VirtualClock } from '../../support/virtual-clock';
import { draws } from '../../support/draws';

type Ask = readonly [name: string, node: string, message: object];
type Outcome = Message | Failure;

const HOUR = 3_600_000;

describe('each action of each node, whatever form the answers of the cloud have', function () {
  this.timeout(120_000);
  let clock: VirtualClock;
  // Before the hooks of Node-RED, which stops its own timers in real time.
  after(() => clock.restore());
  useNodeRed();
  const cloud = useCloud({ scenario: 'home' });
  const answers = new ChangedAnswers(cloud);
  let accounts = 0;
  let busy: string;

  before(async () => {
    clock = new VirtualClock();
    await answers.start();
    ({ busy } = busyAndIdle(cloud()));
  });
  after(() => answers.stop());

  const asks = (): Ask[] => {
    const { id } = siteOf(cloud());
    return [
      ...['list', 'get', 'hierarchy', 'chargers', 'firmware'].map((action): Ask => [
        `installation ${action}`,
        'installation',
        { action, installation: id },
      ]),
      [
        'installation update',
        'installation',
        { action: 'update', installation: id, payload: { availableCurrent: 16 } },
      ],
      ...['list', 'get', 'state'].map((action): Ask => [`charger ${action}`, 'charger', { action, charger: busy }]),
      ['charger command', 'charger', { action: 'command', charger: busy, command: 'resume' }],
      ['charger update', 'charger', { action: 'update', charger: busy, payload: { maxChargeCurrent: 16 } }],
      ['charger prioritize', 'charger', { action: 'prioritize', charger: busy, payload: { phases: 3, current: 16 } }],
      ['request', 'request', {}],
      ['update-current', 'current', { payload: 10 }],
    ];
  };

  /** A deploy with an account that has read nothing yet. */
  const deployAnew = async () => {
    await clock.advance(HOUR);
    const nodes = [
      connection({ cloud: 'custom', baseUrl: answers.url }),
      ...flow(
        installation(),
        charger(),
        request({ path: '/api/chargers', pages: true }),
        updateCurrent({ installation: siteOf(cloud()).id, installationType: 'str' }),
        sink(),
        sink('decisions'),
      ),
    ];
    const credentials = { connection: { username: `owner${(accounts += 1)}@example.org`, password: 'any' } };
    await clock.until(helper.unload());
    await clock.until(load(nodes, credentials));
  };

  const outcome = (node: string, message: object): Promise<Outcome> =>
    clock.until(
      new Promise<Outcome>((resolve) => {
        for (const id of ['out', 'decisions']) get(id).on('input', (answer) => resolve(answer));
        get(node).once('call:error', ({ args: [error] }: { args: [Failure] }) => resolve(error));
        send(node, message);
      }),
    );

  const outcomesWith = async (change: Change): Promise<Map<string, Outcome>> => {
    answers.change = change;
    await deployAnew();
    const outcomes = new Map<string, Outcome>();
    for (const [name, node, message] of asks()) outcomes.set(name, await outcome(node, message));
    return outcomes;
  };

  const isFailure = (one: Outcome): one is Failure => one instanceof Error;
  const failures = (outcomes: Map<string, Outcome>) =>
    [...outcomes].flatMap(([name, one]) => (isFailure(one) ? [`${name}: ${one.message}`] : []));

  const forms: readonly (readonly [what: string, change: Change])[] = [
    ['as recorded', (_path, body) => body],
    [
      'in camelCase',
      (_path, body) => everyField(body, (name, value) => [name[0]!.toLowerCase() + name.slice(1), value]),
    ],
    ['with each number as a text', (_path, body) => everyField(body, (name, value) => [name, numberToText(value)])],
    [
      'without the available current',
      (_path, body) => everyField(body, (name, value) => (isCurrent(name) ? undefined : [name, value])),
    ],
    ['with null as the available current', (_path, body) => withNullCurrent(body)],
  ];
  for (const [what, change] of forms) {
    it(`answers ${what}`, async () => {
      const outcomes = await outcomesWith(change);
      expect(failures(outcomes)).to.deep.equal([]);
      const { payload, zaptec } = outcomes.get('update-current') as Message;
      expect(zaptec.result ?? payload.decision).to.be.oneOf(['applied', 'deferred', 'unchanged']);
      expect(zaptec.reason ?? '').not.to.contain('does not tell');
    });
  }

  it('answers, or tells an error with the name of what was wrong, where one field has any other JSON type', async () => {
    await outcomesWith((_path, body) => body);
    const places = [...answers.originals].flatMap(([path, body]) => fieldsOf(body).map((field) => ({ path, field })));
    expect(places.length).to.be.above(100);
    await fc.assert(
      fc.asyncProperty(fc.constantFrom(...places), fc.constantFrom<unknown>(...JSON_VALUES), async (place, value) => {
        const outcomes = await outcomesWith((path, body) =>
          path === place.path ? everyField(body, (name, old) => [name, name === place.field ? value : old]) : body,
        );
        for (const [name, one] of outcomes) {
          if (!isFailure(one)) continue;
          const where = `${name}, ${place.path} ${place.field} = ${JSON.stringify(value)}: ${one.code} ${one.message}`;
          const meant = MEANT[one.code];
          if (meant) expect(place.field, where).to.match(meant);
          else
            expect([one.code, one.message.toLowerCase().includes(place.field.toLowerCase())], where).to.deep.equal([
              'BAD_ANSWER',
              true,
            ]);
        }
      }),
      {
        numRuns: draws(60),
        examples: [
          // 0 as the value of the observation IsOnline means that the charger is offline.
          [{ path: `/api/chargers/${busy}/state`, field: 'ValueAsString' }, 0],
          // 7 A are a maximum below the 16 A that the update asks for.
          [{ path: `/api/installation/${siteOf(cloud()).id}`, field: 'MaxCurrent' }, 7],
        ],
      },
    );
  });
});

/** Errors that say what the answer says, where the other value of a field has a meaning of its own. */
const MEANT: Readonly<Record<string, RegExp>> = {
  ABOVE_MAXIMUM: /^MaxCurrent$/,
  NOT_FOUND: /^(?:StateId|ValueAsString)$/,
  NOT_MANUAL: /^(?:EnabledFeatures|AvailableCurrentMode)$/,
  OFFLINE: /^ValueAsString$/,
  ROLE_MISSING: /^CurrentUserRoles$/,
  STAND_ALONE: /^(?:StateId|ValueAsString)$/,
  ZAPTEC_528: /^(?:StateId|ValueAsString|OperatingMode)$/,
};

function numberToText(value: unknown): unknown {
  return typeof value === 'number' ? String(value) : value;
}

function isCurrent(name: string): boolean {
  return /^AvailableCurrent(?:Phase\d)?$/.test(name);
}

function withNullCurrent(body: unknown): unknown {
  const isSite = typeof body === 'object' && body !== null && 'MaxCurrent' in body;
  return isSite ? { ...body, AvailableCurrent: null, AvailableCurrentPhase1: null } : body;
}
