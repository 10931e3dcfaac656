import { expect } from 'chai';
import { envelope } from '../../../simulator/bus/envelope';
import { Timestamps } from '../../../simulator/bus/timestamps';
import { Prng } from '../../../simulator/prng';
import { BusCloud, textOf, until } from '../../support/simulator/bus-cloud';

const HEAD = `4006${Buffer.from('string').toString('hex')}0833${Buffer.from(
  'http://schemas.microsoft.com/2003/10/Serialization/',
).toString('hex')}`;

/** The record, its length, the text and the end (docs/service-bus.md, "Messages"). */
const recorded = (record: string, text: string): string => `${HEAD}${record}${Buffer.from(text).toString('hex')}01`;

describe('the envelope of a message', () => {
  it('uses the shortest record and counts bytes, little-endian', () => {
    const a = (length: number) => 'a'.repeat(length);
    for (const [text, record] of [
      ['', '9800'],
      [a(173), '98ad'],
      [a(255), '98ff'],
      [a(256), '9a0001'],
      [a(465), '9ad101'],
      [a(65_535), '9affff'],
      [a(65_536), '9c00000100'],
      ['ä'.repeat(128), '9a0001'],
    ] as const) {
      expect(envelope(text).toString('hex')).to.equal(recorded(record, text));
    }
  });

  it('arrives unchanged, with texts of 173 and of 465 bytes', async () => {
    const bus = await BusCloud.start();
    const received = await bus.listen();
    bus.publishValue(711, '');
    await until(() => received.messages.length === 1);
    for (const [length, record] of [
      [173, '98ad'],
      [465, '9ad101'],
    ] as const) {
      // The time has different lengths: the length of the value compensates for it.
      let text = '';
      for (let value = length - 160; text.length !== length; value += length - text.length) {
        const at = received.messages.length;
        bus.publishValue(711, 'v'.repeat(value));
        await until(() => received.messages.length > at);
        text = textOf(received.messages.at(-1)!);
      }
      expect((received.messages.at(-1)!.body as Buffer).toString('hex')).to.equal(recorded(record, text));
    }
    await bus.stop();
  });

  it('contains every change of the world in PascalCase, without a value where there is none', async () => {
    const bus = await BusCloud.start();
    const received = await bus.listen();
    const { world } = bus.simulator;
    const { id, deviceId, deviceType } = bus.charger;
    world.advance(3_600_000);
    world.setOnline(id, false);
    await until(() => received.messages.length === bus.stats.published);
    const contents = received.messages.map((message) => JSON.parse(textOf(message)));
    const names = ['DeviceId', 'DeviceType', 'ChargerId', 'StateId', 'Timestamp', 'ValueAsString'];
    expect(Object.keys(contents.at(-1))).to.deep.equal(names);
    expect(contents.at(-1)).to.include({ DeviceId: deviceId, DeviceType: deviceType, ChargerId: id, StateId: -2 });
    expect(contents.at(-1).ValueAsString).to.equal('0');
    const pulses = contents.filter(({ StateId }) => StateId === -1);
    expect(pulses.length).to.be.above(5);
    expect(pulses.every((pulse) => !('ValueAsString' in pulse))).to.equal(true);
    const latest = new Map(contents.map((one) => [`${one.ChargerId} ${one.StateId}`, one.ValueAsString]));
    for (const [key, value] of latest) {
      const [chargerId, stateId] = key.split(' ');
      expect(world.chargers.get(chargerId!)!.observations.get(Number(stateId))!.value).to.equal(value);
    }
    await bus.stop();
  });

  it('has times with and without Z, with up to six decimals, in order within a millisecond', () => {
    const stamps = new Timestamps(new Prng(1));
    const start = Date.UTC(2026, 4, 4, 10);
    const written = Array.from({ length: 600 }, (_, index) => stamps.write(start + Math.floor(index / 3)));
    for (const text of written) expect(text).to.match(/^2026-05-04T10:00:00(\.\d{1,6})?Z?$/);
    expect(written.filter((text) => text.endsWith('Z')).length).to.be.within(200, 400);
    expect(written.filter((text) => /\.\d{6}Z?$/.test(text)).length).to.be.above(200);
    const micros = written.map((text) => Number(`0${/\.\d+/.exec(text)?.[0] ?? ''}`));
    expect(micros).to.deep.equal([...micros].sort((a, b) => a - b));
    expect(new Set(micros).size).to.equal(600);
  });
});
