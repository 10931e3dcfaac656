import { expect } from 'chai';
import type { FinishedSession } from '../../../simulator/world/model';
import { World } from '../../../simulator/world/world';
import { ManualClock } from '../../support/simulator/manual-clock';

const DAY = 86_400_000;
const MONTH = 30.5 * DAY;

const worldOf = (scenario: string, seed = 1, sessionsPerDay?: number) =>
  new World({ scenario, seed, speed: 0, clock: new ManualClock(), sessionsPerDay });

describe('the sessions of the simulator', () => {
  const world = worldOf('housing');
  const { all } = world.archive;
  const older = all.slice(0, all.length - world.history.length);

  it('reach back for 14 months', () => {
    const first = Math.min(...all.map(({ endedAt }) => endedAt));
    expect((world.now - first) / MONTH).to.be.within(13.9, 14.6);
    for (const { createdAt } of world.chargers.values()) expect(createdAt).to.be.below(first);
  });

  it('are the same for the same seed, and leave the recent ones as they are', () => {
    const same = worldOf('home', 5);
    const plain = (sessions: readonly FinishedSession[]) => JSON.stringify(sessions);
    const recent = plain(same.history);
    const again = plain(same.archive.all);
    expect(plain(same.history)).to.equal(recent);
    expect(plain(worldOf('home', 5).archive.all)).to.equal(again);
    expect(plain(worldOf('home', 6).archive.all)).to.not.equal(again);
  });

  const kinds: [string, (session: FinishedSession) => boolean][] = [
    ['late', ({ offline, recognisedAt, endedAt }) => offline && recognisedAt - endedAt > 3_600_000],
    ['late by more than a week', ({ recognisedAt, endedAt }) => recognisedAt - endedAt > 7 * DAY],
    ['replaced', ({ replacedBy }) => replacedBy !== undefined],
    ['voided', ({ voided }) => voided === true],
    ['aborted', ({ aborted }) => aborted === true],
    ['anonymous', ({ user }) => user === undefined],
    ['of the account with the role user', ({ user }) => user?.email === 'user@simulator.example'],
    ['with a named tag', ({ tokenName = '' }) => tokenName.endsWith("'s tag")],
    ['with the code of a tag', ({ tokenName = '' }) => tokenName.startsWith('nfc-')],
    [
      'without energy for more than a day',
      ({ energyKwh, startedAt, endedAt }) => energyKwh === 0 && endedAt - startedAt > DAY,
    ],
    ['with a clock that was not set', ({ reliableClock }) => reliableClock === false],
    ['with an exchanged meter', ({ readings }) => readings.at(-1)!.meterKwh < readings[0]!.meterKwh],
  ];
  for (const [kind, isOfKind] of kinds) {
    it(`include some that are ${kind}`, () => expect(older.some(isOfKind)).to.equal(true));
  }

  it('include overlapping ones of a charger', () => {
    const last = new Map<string, number>();
    const overlapping = older.filter(({ chargerId, startedAt, endedAt, replacedBy }) => {
      if (replacedBy !== undefined) return false;
      const before = last.get(chargerId) ?? 0;
      last.set(chargerId, endedAt);
      return startedAt < before - 60_000;
    });
    expect(overlapping.length).to.be.within(5, older.length / 50);
  });

  for (const [night, hours] of [
    ['2025-03-30T01:00:00Z', 23],
    ['2025-10-26T01:00:00Z', 25],
    ['2026-03-29T01:00:00Z', 23],
  ] as const) {
    it(`include one of each charger over the day of ${hours} hours, ${night.slice(0, 10)}`, () => {
      const at = Date.parse(night);
      const over = all.filter(({ startedAt, endedAt }) => startedAt < at && endedAt > at);
      const started = [...world.chargers.values()].filter(({ neverStarted }) => !neverStarted);
      expect(new Set(over.map(({ chargerId }) => chargerId)).size).to.equal(started.length);
    });
  }

  it('stand for the ones that they replace', () => {
    const ids = new Map(all.map((session) => [session.id, session]));
    for (const { replacedBy, chargerId } of older) {
      if (replacedBy !== undefined) expect(ids.get(replacedBy)).to.include({ chargerId });
    }
    expect(ids.size).to.equal(all.length);
  });

  it('have a meter that never goes back from one to the next', () => {
    const meters = new Map<string, number>();
    for (const { chargerId, readings } of [...all].sort((a, b) => a.startedAt - b.startedAt)) {
      const [begin] = readings;
      expect(begin!.meterKwh).to.be.at.least((meters.get(chargerId) ?? 0) - 1e-6);
      meters.set(chargerId, begin!.meterKwh);
    }
  });

  it('are as many a day as one says', () => {
    const days = 14 * 31 - 31;
    for (const perDay of [0, 0.5, 1]) {
      const busy = worldOf('home', 1, perDay);
      const early = busy.archive.all.filter(({ endedAt }) => endedAt < busy.now - 32 * DAY);
      expect(early.length / days / 2).to.be.closeTo(perDay, 0.08);
    }
  });

  it('are found by place and end in pages, however they are divided', () => {
    const [installationId = ''] = world.installations.keys();
    const wanted = all
      .filter(({ chargerId }) => world.chargers.get(chargerId)?.installationId === installationId)
      .filter(({ endedAt }) => endedAt >= world.now - 60 * DAY && endedAt < world.now - 10 * DAY);
    const query = { installationId, from: world.now - 60 * DAY, to: world.now - 10 * DAY };
    const found: FinishedSession[] = [];
    for (;;) {
      const page = world.archive.ended({ ...query, after: found.at(-1) }, 37);
      found.push(...page);
      if (page.length < 37) break;
    }
    expect(found.map(({ id }) => id)).to.have.members(wanted.map(({ id }) => id));
    expect(found).to.have.length(wanted.length);
    for (const [index, { endedAt }] of found.entries()) {
      expect(endedAt).to.be.at.least(found[index - 1]?.endedAt ?? 0);
    }
  });

  it('amount to the same, by whatever they are summed', () => {
    const paid = all.filter(({ voided, replacedBy }) => voided !== true && replacedBy === undefined);
    const wh = paid.reduce((sum, { energyKwh }) => sum + Math.round(energyKwh * 1000), 0);
    for (const by of ['month', 'day', 'charger', 'user', 'quarter'] as const) {
      const sums = Object.values(world.archive.sums({ by, zone: 'Europe/London' }));
      expect(
        sums.reduce((sum, one) => sum + one.wh, 0),
        by,
      ).to.equal(wh);
      if (by !== 'quarter')
        expect(
          sums.reduce((sum, { sessions }) => sum + sessions, 0),
          by,
        ).to.equal(paid.length);
    }
    expect(
      Object.values(world.archive.sums({ by: 'user', all: true })).reduce((sum, { sessions }) => sum + sessions, 0),
    ).to.equal(all.length);
  });
});

describe('the start of the simulator', () => {
  it('makes no session of more than 30 days ago', () => {
    const world = worldOf('home');
    expect(world.history.every(({ endedAt }) => endedAt > world.now - 32 * DAY)).to.equal(true);
  });
});
