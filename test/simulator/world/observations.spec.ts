import { createPublicKey, verify } from 'node:crypto';
import { expect } from 'chai';
import type { Charger } from '../../../simulator/world/model';
import { publicKeyOf } from '../../../simulator/world/signature';
import { World } from '../../../simulator/world/world';
import { ManualClock } from '../../support/simulator/manual-clock';

const HOUR = 3_600_000;
const GO = [157, 158, 160, 220, 221, 703, 705];
const PRO = [154, 155, 156, 170, 268];

const worldOf = (scenario: string) => new World({ scenario, seed: 1, speed: 1, clock: new ManualClock() });
const valueOf = ({ observations }: Charger, id: number) => observations.get(id)?.value;
const partsOf = (text: string | undefined) => (text ?? '').split('|');

/** Whether the signature of an OCMF text is that of the charger. */
function isSigned(charger: Charger, text: string | undefined): boolean {
  const [, signed = '', signature = '{}'] = partsOf(text);
  const { SA, SD } = JSON.parse(signature) as { SA: string; SD: string };
  const point = Buffer.from(publicKeyOf(charger.deviceId), 'hex');
  const [x, y] = [point.subarray(1, 33), point.subarray(33)].map((part) => part.toString('base64url')) as [
    string,
    string,
  ];
  const key = createPublicKey({ key: { kty: 'EC', crv: 'P-256', x, y }, format: 'jwk' });
  return SA === 'ECDSA-secp256r1-SHA256' && verify('sha256', Buffer.from(signed), key, Buffer.from(SD, 'hex'));
}

describe('the observations of the simulator', () => {
  it('have the pilot voltage, the cable and an empty session by mode', () => {
    const world = worldOf('home');
    const garage = world.findCharger('Garage')!;
    const read = () => [702, 710, 714].map((id) => valueOf(garage, id));
    expect(read()).to.deep.equal(['6', '3', '20']);
    world.command(garage.id, 506);
    expect(read()).to.deep.equal(['9', '5', '20']);
    world.unplug(garage.id);
    expect(read()).to.deep.equal(['12', '1', '0']);
    expect(valueOf(garage, 721)).to.equal('');
    world.plug(garage.id);
    expect(read()).to.deep.equal(['9', '2', '20']);
    expect(valueOf(garage, 721)).to.equal(garage.session?.id);
  });

  it('have the capabilities that were recorded', () => {
    const world = worldOf('home');
    expect(valueOf(world.findCharger('Garage')!, 100)).to.equal(
      '{"CommunicationModes":["LTE","WiFi"],"DeviceType":"Go","MeterCalibrated":false,"OcppVersions":["V1_6"],"SchemaVersion":"2.1"}',
    );
    expect(JSON.parse(valueOf(world.findCharger('Carport')!, 100)!)).to.include({ ProductVariant: 'Go2' });
  });

  it('have the ids of their model, energy and humidity also without a car', () => {
    const world = worldOf('apm');
    const [installation] = world.installations.values();
    const pro = world.addCharger(installation!.id, { model: 'Pro' });
    const [go, go2] = (['Go', 'Go 2'] as const).map((model) => world.addCharger(installation!.id, { model }));
    for (const charger of [pro, go!, go2!]) {
      expect([valueOf(charger, 553), valueOf(charger, 721)]).to.deep.equal(['0', '']);
      expect(Number(valueOf(charger, 270))).to.be.within(20, 50);
      expect(valueOf(charger, 952)).to.match(/^([0-9a-f]{2}:){5}[0-9a-f]{2}$/);
      expect(valueOf(charger, 807)).to.match(/^#1 mqttUncon:0/);
    }
    for (const charger of [go!, go2!]) expect([...charger.observations.keys()]).to.include.members([...GO, 909]);
    expect(valueOf(go!, 909)).to.equal('0');
    expect([...pro.observations.keys()])
      .to.include.members(PRO)
      .and.not.to.include.members(GO);
  });

  it('keep the energy of the last session', () => {
    const world = worldOf('home');
    const garage = world.findCharger('Garage')!;
    world.advance(HOUR);
    world.unplug(garage.id);
    const { Energy } = JSON.parse(valueOf(garage, 723)!) as { Energy: number };
    expect(Number(valueOf(garage, 553)))
      .to.be.within(Energy - 0.2, Energy)
      .and.to.be.above(1);
  });

  it('have power and energy with six significant digits at most and no trailing zeros', () => {
    const world = worldOf('home');
    const garage = world.findCharger('Garage')!;
    const digits = new Set<number>();
    world.onObservation(({ id, value = '' }) => {
      if (id !== 513 && id !== 553) return;
      expect(value).to.match(/^\d+(\.\d*[1-9])?$/);
      digits.add(value.replace('.', '').replace(/^0+/, '').length);
    });
    for (let minute = 0; minute < 240; minute++) world.advance(60_000);
    expect(valueOf(garage, 510)).to.equal('32.000');
    expect(Math.max(...digits)).to.equal(6);
    expect(Math.min(...digits)).to.be.below(6);
  });

  it('have a meter reading without TX, which a Go 2 signs', () => {
    const world = worldOf('home');
    const [go, go2] = ['Garage', 'Carport'].map((name) => world.findCharger(name)!);
    const body = (charger: Charger) => JSON.parse(partsOf(valueOf(charger, 554))[1]!);
    expect(partsOf(valueOf(go!, 554))).to.have.length(2);
    expect(body(go!)).to.include({ GI: 'ZAPTEC GO', PG: 'F1' }).and.not.to.have.property('MF');
    expect(body(go!).RD[0].TM).to.match(/ R$/);
    expect(body(go2!)).to.include({ GI: 'Zaptec Go 2', PG: 'F1', GS: go2!.deviceId }).and.to.have.property('MF');
    expect(body(go2!).RD[0]).to.include.keys('TM', 'RV').and.not.to.have.property('TX');
    expect(body(go2!).RD[0].TM).to.match(/ S$/);
    const text = valueOf(go2!, 554)!;
    expect(isSigned(go2!, text)).to.equal(true);
    expect(isSigned(go2!, text.replace('"F1"', '"F2"'))).to.equal(false);
    expect(valueOf(worldOf('home').findCharger('Carport')!, 554)).to.equal(text);
  });

  it('have signatures that any client can check, of any length', () => {
    const world = worldOf('home');
    const go2 = world.findCharger('Carport')!;
    const lengths = new Set<number>();
    for (let hour = 0; hour < 60; hour++) {
      world.advance(HOUR);
      const text = valueOf(go2, 554)!;
      expect(isSigned(go2, text), text).to.equal(true);
      lengths.add(text.length);
    }
    // The integers of a signature have different lengths.
    expect(lengths.size).to.be.above(1);
  });
});
