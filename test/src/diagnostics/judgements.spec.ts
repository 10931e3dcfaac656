import { expect } from 'chai';
import { resultsOf, type CheckName, type CheckResult } from '../../../src/diagnostics/checks';
import type { Facts } from '../../../src/diagnostics/facts';
import { problemOf } from '../../../src/diagnostics/problem';
import { failed, UNREAD } from '../../../src/diagnostics/result';
import type { FeedStatus } from '../../../src/feed/types';
import { clock } from '../../../src/time/clock';

const SITE = '0a1b2c3d-0000-4000-8000-000000000001';
const GARAGE = '0a1b2c3d-0000-4000-8000-0000000000a1';
const CARPORT = '0a1b2c3d-0000-4000-8000-0000000000a2';
const MINUTE = 60_000;
/** One for all: the rows are made when the file is loaded, which may be long before they are judged. */
const NOW = clock.now();
const NO_ANSWER = { code: 'NETWORK', text: 'No answer', remedy: 'Look' };

/** An account in which all is well. */
const well = (): Facts => ({
  now: NOW,
  login: { data: true },
  clockSkewMs: 0,
  installations: { data: [{ id: SITE, name: 'Home', currentUserRoles: 2 }] },
  chargers: { data: [{ id: GARAGE, name: 'Garage', installationId: SITE, isOnline: true }] },
  firmware: { data: [{ chargerId: GARAGE, currentVersion: '2.4.1', isUpToDate: true }] },
  states: [{ id: GARAGE, name: 'Garage', online: true, silentMs: 0, warnings: [] }],
  unlisted: [],
  feeds: [],
  push: { data: { kind: 'installation', id: SITE } },
  redis: false,
  ignoredRedis: undefined,
  sharing: undefined,
  sharingCurrents: undefined,
  cluster: undefined,
  storageProblem: undefined,
  keepsRecords: true,
  governors: [],
  usage: { minutes: 1, requests: 0, callers: [] },
  failures: [],
  budget: { permits: 10, used: 0, waiting: 0 },
  runtime: {},
  silenceMs: 15 * MINUTE,
});

const feed = (status: Partial<FeedStatus>) => ({
  installationId: SITE,
  source: undefined,
  status: {
    state: 'live' as const,
    text: 'Live',
    since: clock.iso(NOW - 60 * MINUTE),
    via: 'push' as const,
    reconnects: 0,
    received: 0,
    ...status,
  },
});
const changed = (id: string) => ({
  kind: 'installation' as const,
  id,
  isIdle: false,
  recordProblem: undefined,
  foreignChanges: [{ at: '2026-05-04T10:00:00.000Z' } as Facts['governors'][number]['foreignChanges'][number]],
});
const shared = { shared: true, text: 'Shared', since: '2026-05-04T10:00:00.000Z' };
const site = (more: object) => ({ installations: { data: [{ id: SITE, currentUserRoles: 2, ...more }] } });

/** What of an account is otherwise, and what a check then says. */
const rows: readonly (readonly [CheckName, string, Partial<Facts>, Partial<CheckResult>])[] = [
  [
    'clock',
    'a cloud ahead',
    { clockSkewMs: 45_000 },
    { found: 'The clock of this machine is 45 s behind that of Zaptec' },
  ],
  [
    'clock',
    'a cloud behind',
    { clockSkewMs: -45_000 },
    { found: 'The clock of this machine is 45 s ahead of that of Zaptec' },
  ],
  [
    'clock',
    'no time',
    { clockSkewMs: undefined },
    { severity: 'info', found: 'Not checked: Zaptec has not sent the time yet' },
  ],
  [
    'clock',
    'no time, since there is no login',
    { clockSkewMs: undefined, login: { problem: NO_ANSWER } },
    { severity: 'info', code: 'NETWORK', found: 'Not checked: No answer' },
  ],
  [
    'roles',
    'an installation without roles and name',
    { installations: { data: [{ id: SITE }] } },
    { code: 'ROLE', about: [{ id: SITE, detail: 'no role: nothing but the name' }] },
  ],
  [
    'pages',
    'a charger without a name whose installation is in no list',
    { chargers: { data: [{ id: GARAGE, installationId: CARPORT }] } },
    { code: 'INCOMPLETE', about: [{ id: GARAGE, detail: 'its installation is in no list' }] },
  ],
  ['redis', 'nothing sent yet', { redis: true }, { ok: true, found: 'Redis is configured; nothing was sent yet' }],
  ['redis', 'a server not known yet', { redis: true, sharing: shared }, { found: 'The limit is shared through Redis' }],
  [
    'redis',
    'two machines',
    { redis: true, sharing: shared, cluster: { server: 'Valkey 8', machines: 2 } },
    { found: 'The limit is shared through Valkey 8 by 2 machines' },
  ],
  [
    'redis',
    'limits of currents that are not shared',
    { redis: true, sharing: shared, sharingCurrents: { ...shared, shared: false, text: 'Redis is away' } },
    { ok: false, code: 'REDIS_UNAVAILABLE', found: 'Redis is away, since 2026-05-04T10:00:00.000Z' },
  ],
  [
    'redis',
    'another connection whose Redis counts, before that one is away',
    {
      redis: true,
      ignoredRedis: { text: 'That of Home counts', remedy: 'Enter the same', by: [] },
      sharing: { ...shared, shared: false, text: 'Redis is away' },
    },
    { ok: false, severity: 'warning', code: 'REDIS_IGNORED', found: 'That of Home counts', remedy: 'Enter the same' },
  ],
  [
    'offline',
    'a charger without a name',
    { chargers: { data: [{ id: GARAGE, isOnline: false }] }, states: [] },
    { code: 'OFFLINE', found: `1 charger offline: ${GARAGE}`, about: [{ id: GARAGE, detail: 'offline' }] },
  ],
  [
    'silent',
    'a charger of which no age is known',
    { states: [{ id: GARAGE, warnings: [] }] },
    { ok: true, found: 'None of the 1 charger whose state is known was silent for more than 15 minutes' },
  ],
  [
    'warnings',
    'a charger without a name',
    { states: [{ id: GARAGE, warnings: ['UNKNOWN_THING'] }] },
    { severity: 'warning', found: `Warnings of ${GARAGE} (unknown thing)` },
  ],
  [
    'firmware',
    'two of a model, one behind, and one of no model',
    {
      firmware: {
        data: [
          { chargerId: GARAGE, deviceId: 'ZAP012345', deviceType: 4, currentVersion: '2.4.1' },
          { chargerId: CARPORT, deviceId: 'ZAP012346', deviceType: 4, currentVersion: '2.4.2' },
          { chargerId: SITE, currentVersion: '1.0' },
          { currentVersion: '9.9' },
        ],
      },
    },
    { code: 'FIRMWARE', about: [{ id: GARAGE, name: 'Garage', detail: '2.4.1, available 2.4.2' }] },
  ],
  [
    'firmware',
    'one that the cloud calls old, with no name and no version of its own',
    {
      chargers: { data: [] },
      firmware: { data: [{ chargerId: GARAGE, currentVersion: 'x', availableVersion: '2.4.2', isUpToDate: false }] },
    },
    { code: 'FIRMWARE', about: [{ id: GARAGE, detail: 'x, available 2.4.2' }] },
  ],
  [
    'current-mode',
    'a feature that governs, by its bit',
    site({ enabledFeatures: 8 + 32 }),
    { severity: 'warning', code: 'NOT_MANUAL', found: `The cloud itself governs the current: ${SITE} (eco mode)` },
  ],
  ['current-mode', 'features that govern nothing', site({ enabledFeatures: 32 }), { ok: true }],
  ['current-mode', 'features of another form', site({ enabledFeatures: '8' }), { ok: true }],
  [
    'ocpp',
    'an OCPP address',
    site({ name: 'Home', ocppCloudUrl: 'wss://operator.example' }),
    { code: 'OCPP', found: 'Another operator may control the chargers by OCPP: Home (an OCPP address is set)' },
  ],
  ['ocpp', 'a blank OCPP address', site({ ocppCloudUrl: '' }), { ok: true }],
  [
    'foreign-current',
    'a change of something with a name',
    { governors: [changed(SITE)] },
    { found: 'Somebody else changes the current: Home (1 change, the last one 2026-05-04T10:00:00.000Z)' },
  ],
  [
    'foreign-current',
    'a change where no list could be read',
    { governors: [changed(SITE)], installations: { problem: NO_ANSWER }, chargers: { problem: NO_ANSWER } },
    { about: [{ id: SITE, detail: '1 change, the last one 2026-05-04T10:00:00.000Z' }] },
  ],
  [
    'push',
    'a feed that is away, without a remedy, in an installation without a name',
    { ...site({}), feeds: [feed({ state: 'polling', text: 'The stream is away' })] },
    { severity: 'warning', remedy: 'Nothing to do: it is tried again by itself, and the state is read meanwhile' },
  ],
  ['push', 'access that was not asked for', { push: { problem: UNREAD } }, { severity: 'info', code: 'UNREAD' }],
  [
    'push-silence',
    'a live feed that brings nothing',
    { feeds: [feed({})] },
    { code: 'PUSH_SILENT', found: 'The stream is open, but brings no messages: Home (silent for 60 minutes)' },
  ],
  [
    'push-silence',
    'the same in an installation without a name',
    { ...site({}), feeds: [feed({})] },
    { found: `The stream is open, but brings no messages: ${SITE} (silent for 60 minutes)` },
  ],
  [
    'second-consumer',
    'a suspicion without a remedy',
    { feeds: [feed({ text: 'Somebody takes messages', suspicion: 'second-consumer' })] },
    {
      code: 'SECOND_CONSUMER',
      found: 'Somebody takes messages (Home)',
      remedy: 'Nothing to do: it is tried again by itself, and the state is read meanwhile',
    },
  ],
];

describe('a check of the doctor', () => {
  it('finds nothing where all is well', () => {
    expect(resultsOf(well()).filter(({ ok }) => !ok)).to.deep.equal([]);
  });

  for (const [check, what, facts, expected] of rows) {
    it(`of ${check} says what it makes of ${what}`, () => {
      const [result, ...more] = resultsOf({ ...well(), ...facts }, [check]);
      expect(more).to.deep.equal([]);
      expect(result).to.deep.include({ check, ...expected });
    });
  }

  it('names three chargers, and counts the others', () => {
    const data = [1, 2, 3, 4, 5].map((n) => ({ id: `${n}`, name: `Bay ${n}`, isOnline: false }));
    const [result] = resultsOf({ ...well(), chargers: { data }, states: [] }, ['offline']);
    expect(result?.found).to.equal('5 chargers offline: Bay 1, Bay 2, Bay 3 and 2 more');
    expect(result?.about).to.have.length(5);
  });

  it('calls what is no error of ours unexpected, without its text', () => {
    expect(failed(problemOf(new Error('planted secret')))).to.deep.equal({
      ok: false,
      severity: 'error',
      found: 'An unexpected error',
      remedy: 'Report it',
      code: 'INTERNAL',
    });
  });
});
