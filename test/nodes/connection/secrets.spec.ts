import { expect } from 'chai';
import {
  catchAll,
  charger,
  connection,
  CONNECTION_ID,
  flow,
  installation,
  request,
  statusOf,
} from '../../support/node-red/builder';
import {
  chargersOf,
  get,
  helper,
  load,
  logLines,
  next,
  send,
  siteOf,
  status,
  statusesOf,
  useCloud,
  useNodeRed,
} from '../../support/node-red/harness';
import { VirtualClock } from '../../support/virtual-clock';
import type { FaultName } from '../../../simulator/index';

describe('secrets', () => {
  let clock: VirtualClock;
  // Before the hooks of Node-RED, which stops its own timers in real time.
  after(() => clock.restore());
  useNodeRed();
  const cloud = useCloud({ scenario: 'home' });
  // Without a feed a command is seen to work only when the state may be read again.
  before(() => (clock = new VirtualClock()));
  afterEach(() => cloud().faults.clear());

  const CASES: FaultName[][] = [[], ['extra-secrets'], ['echo-secrets'], ['extra-secrets', 'echo-secrets']];
  for (const faults of CASES) {
    it(`are in no message, error, status, log line or flow (${faults.join(' and ') || 'no fault'})`, async () => {
      const { username, password } = cloud().accounts.find(({ role }) => role === 'owner')!;
      for (const fault of faults) cloud().faults.set(fault, { on: true });
      const nodes = [
        connection({ cloud: 'custom', baseUrl: cloud().baseUrl, name: '' }),
        ...flow(
          installation(),
          charger(),
          request({ path: 'path', pathType: 'msg' }),
          request({ id: 'post', method: 'POST', path: 'path', pathType: 'msg' }),
          catchAll(),
          statusOf(['charger']),
        ),
      ];
      await clock.until(load(nodes, { [CONNECTION_ID]: { username, password } }));
      const received: unknown[] = [];
      for (const id of ['out', 'caught', 'statuses']) get(id).on('input', (message) => received.push(message));
      const { id } = chargersOf(cloud())[0]!;
      const site = siteOf(cloud()).id;
      const messages: [string, object][] = [
        ...['list', 'get', 'hierarchy', 'chargers', 'firmware'].map((action): [string, object] => [
          'installation',
          { action, refresh: true },
        ]),
        ['installation', { action: 'update', payload: { availableCurrent: 20 } }],
        ...['list', 'get', 'state'].map((action): [string, object] => [
          'charger',
          { action, charger: id, observations: true },
        ]),
        ['charger', { action: 'command', charger: id, command: 'pause' }],
        ['charger', { action: 'command', charger: id, command: 'pause' }],
        ['charger', { action: 'update', charger: id, payload: { maxChargeCurrent: 20 } }],
        ['request', { path: `/api/chargers/${id}` }],
        ['request', { path: `/api/installation/${site}` }],
        ['request', { path: `/api/chargers/${site}` }],
        ['post', { path: `/api/chargers/${id}/sendCommand/999`, payload: {} }],
      ];
      for (const [node, message] of messages) {
        const answered = Promise.race(['out', 'caught'].map(next));
        send(node, message);
        await clock.until(answered);
      }
      await clock.until(status('charger', /./));
      const everything = JSON.stringify([
        received.map((message) => ({
          ...(message as object),
          stack: (message as { error?: { stack?: string } }).error?.stack,
        })),
        logLines(),
        ['connection', 'installation', 'charger', 'request', 'post'].map(statusesOf),
        helper.getNode('tab'),
        nodes,
      ]);
      expect(everything.includes(password), 'the password').to.equal(false);
      expect(everything.includes(JSON.stringify(password).slice(1, -1)), 'the password in JSON').to.equal(false);
      expect(everything.includes(encodeURIComponent(password)), 'the password in a URL').to.equal(false);
      expect(everything, 'what the simulator has planted').not.to.match(/planted-/);
      expect(everything, 'a token').not.to.match(/Bearer\s+[\w.-]{8}|access_token|[\w-]{60}/i);
      expect(everything, 'a secret field').not.to.match(
        /"(pin|password|ocppInitialChargePointPassword|propertyOcppPassword|logoBase64)"/i,
      );
      expect(everything, 'the e-mail of the account').not.to.include(username);
    });
  }
});
