import { expect } from 'chai';
import type { FinishedSession } from '../../../simulator/world/model';
import {
  chargerOf,
  passSeconds,
  NEVER_FULL,
  recordObservations,
  valueOf,
  worldOf,
} from '../../support/simulator/worlds';

const ISO_MICROS = /^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\.\d{6}Z$/;
const OCMF_TIME = /^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d,\d{3}\+00:00 R$/;

interface OcmfBody {
  PG: string;
  GS: string;
  RD: { TM: string; TX: string; RV: number; RU: string; ST: string }[];
}

function ocmfOf(text: string | undefined): OcmfBody {
  const [head, body, ...more] = (text ?? '').split('|');
  expect(head).to.equal('OCMF');
  expect(more).to.deep.equal([]);
  return JSON.parse(body ?? '') as OcmfBody;
}

describe('sessions', () => {
  it('contain the integral of the power', () => {
    const world = worldOf('home');
    const charger = chargerOf(world, 'Garage');
    const before = charger.session?.energyKwh ?? 0;
    const meterBefore = charger.meterKwh;
    let sum = 0;
    let power = charger.powerW;
    passSeconds(world, 3600, () => {
      sum += power / 3_600_000;
      power = charger.powerW;
    });
    expect((charger.session?.energyKwh ?? 0) - before).to.be.closeTo(sum, 1e-6);
    expect(charger.meterKwh - meterBefore).to.be.closeTo(sum, 1e-6);
    expect(sum).to.be.closeTo(11, 0.3);
  });

  it('are reported when they end, in observation 723', () => {
    const world = worldOf('home');
    const charger = chargerOf(world, 'Garage');
    const finished: FinishedSession[] = [];
    const stop = world.onSessionFinished((session) => finished.push(session));
    const { id } = charger.session!;
    world.advance(2 * 3_600_000);
    world.unplug(charger.id);
    stop();
    expect(finished.map((session) => session.id)).to.deep.equal([id]);
    expect(world.history.at(-1)).to.equal(finished[0]);
    const reported = JSON.parse(valueOf(charger, 723) ?? '') as Record<string, unknown>;
    expect(reported).to.include({ SessionId: id, ReliableClock: true, StoppedByRFID: false, AuthenticationCode: '' });
    expect(reported.StartDateTime).to.match(ISO_MICROS);
    expect(reported.EndDateTime).to.match(ISO_MICROS);
    expect(reported.Energy).to.be.closeTo(finished[0]!.energyKwh, 0.001);
    const ocmf = ocmfOf(reported.SignedSession as string);
    expect(ocmf).to.include({ PG: 'T1', GS: charger.deviceId });
    expect(ocmf.RD.map(({ TX }) => TX).join('')).to.match(/^BT{7}E$/);
    for (const reading of ocmf.RD) {
      expect(reading.TM).to.match(OCMF_TIME);
      expect(reading).to.include({ RU: 'kWh', ST: 'G' });
    }
    expect(ocmf.RD.at(-1)!.RV - ocmf.RD[0]!.RV).to.be.closeTo(finished[0]!.energyKwh, 0.002);
  });

  it('have readings on the quarter of an hour', () => {
    const world = worldOf('home');
    const charger = chargerOf(world, 'Garage');
    world.advance(3_600_000 + 12_345);
    const readings = charger.session!.readings.slice(1);
    expect(readings).to.have.lengthOf(4);
    for (const { at } of readings) expect(at % 900_000).to.equal(0);
  });

  it('report the meter in 554 on each full interval', () => {
    const world = worldOf('home');
    const charger = chargerOf(world, 'Garage');
    const seen = recordObservations(world, charger.id);
    world.advance(3 * 3_600_000 + 60_000);
    const reported = seen.filter(({ id }) => id === 554);
    expect(reported).to.have.lengthOf(3);
    for (const { at, value } of reported) {
      expect(at % 3_600_000).to.equal(0);
      const { PG, RD } = ocmfOf(value);
      expect(PG).to.equal('F1');
      expect(RD).to.have.lengthOf(1);
    }
    world.updateCharger(charger.id, { meterValueInterval: 0 });
    world.advance(3 * 3_600_000);
    expect(seen.filter(({ id }) => id === 554)).to.have.lengthOf(3);
  });

  it('of an offline charger become known when it is online again', () => {
    const world = worldOf('home');
    const charger = chargerOf(world, 'Garage');
    const { id } = charger.session!;
    world.setOnline(charger.id, false);
    world.advance(600_000);
    world.unplug(charger.id);
    const endedAt = world.now;
    world.advance(600_000);
    expect(world.history.some((session) => session.id === id)).to.equal(false);
    expect(valueOf(charger, 710)).to.equal('3');
    world.setOnline(charger.id, true);
    const known = world.history.find((session) => session.id === id);
    expect(known).to.include({ offline: true, endedAt, recognisedAt: world.now });
    expect(valueOf(charger, 710)).to.equal('1');
    expect(valueOf(charger, 723)).to.include(id);
  });

  it('have the user who authorised them', () => {
    const world = worldOf('housing');
    const charger = chargerOf(world, 'P120');
    expect(charger.session?.user?.name).to.be.a('string');
    expect(valueOf(charger, 722)).to.equal(charger.session?.user?.id);
    const { user } = charger.session!;
    world.unplug(charger.id);
    expect(world.history.at(-1)?.user).to.deep.equal(user);
    expect(valueOf(charger, 722)).to.equal(undefined);
    expect(JSON.parse(valueOf(charger, 723) ?? '')).to.have.property('FirstAuthenticatedDateTime');
  });

  it('report their energy every 30 s, and sometimes a lower one', () => {
    const world = worldOf('home');
    const charger = chargerOf(world, 'Garage');
    const seen = recordObservations(world, charger.id);
    passSeconds(world, 6 * 3600);
    const reported = seen.filter(({ id }) => id === 553).map(({ value }) => Number(value));
    expect(reported.length).to.be.within(650, 760);
    const back = reported.filter((value, index) => index > 0 && value < reported[index - 1]!);
    expect(back.length).to.be.within(1, 30);
  });

  it('charge single-phase cars, and slow down above 80 %', () => {
    const world = worldOf('home');
    const charger = chargerOf(world, 'Carport');
    world.plug(charger.id, { ...NEVER_FULL, phases: 1, batteryKwh: 20, charge: 0.79, target: 1 });
    passSeconds(world, 15);
    expect(charger.powerW).to.be.closeTo(3680, 50);
    world.advance(3_600_000);
    expect(charger.powerW).to.be.within(1000, 3400);
    world.advance(3 * 3_600_000);
    expect(charger).to.include({ mode: 5, finalStop: false });
    expect(charger.car?.charge).to.equal(1);
  });
});
