import { decodeEnvelope } from '../src/feed/bus/envelope';
import { Store } from '../src/state/store';
import { heapNow } from './heap';
import type { Bench } from './result';
import { timeSource } from '../test/support/time-source';

const FLEETS = [100, 1_000, 10_000];
/** Every figure is measured over as many chargers: other changes of the heap would be too large a part of 100 alone. */
const CHARGERS = 10_000;
const START = Date.UTC(2026, 4, 4, 10);
const KB = 1024;

/** About 60 ids, as a Go sends them (docs/zaptec-api.md, "Charger state"). */
const IDS =
  `-3 -2 -1 1 120 145 147 150 151 153 201 202 204 205 206 207 270 501 502 503 507 508 509 510 511 513 519 520 522
  523 544 545 546 547 548 553 702 708 710 711 712 714 715 718 721 722 733 749 751 760 761 800 801 802 804 805 807 809 811
  815 823 908 909 911 916 917 918 952`
    .split(/\s+/)
    .map(Number);

/** Memory of a charger in the store, with all of its observations and after its snapshot was made. */
export const growth: Bench = {
  run() {
    // Loads the tables that all chargers share.
    filled(100);
    const perCharger: Record<string, number> = {};
    for (const chargers of FLEETS) perCharger[`kB each of ${chargers}`] = measure(chargers);
    const figures = Object.values(perCharger);
    const largest = Math.max(...figures);
    const spread = Number((largest / Math.min(...figures)).toFixed(2));
    return Promise.resolve([
      { name: 'growth, heap per charger', figure: largest, unit: 'kB', goal: '<= 10', beside: perCharger },
      { name: 'growth, largest memory per charger to smallest', figure: spread, unit: 'times', goal: '<= 1.25' },
    ]);
  },
};

function measure(chargers: number): number {
  const before = heapNow();
  const stores = Array.from({ length: CHARGERS / chargers }, () => filled(chargers));
  const perCharger = (heapNow() - before) / CHARGERS / KB;
  if (stores.some((store) => [...store.ids].length !== chargers)) throw new Error('a charger is missing');
  return Number(perCharger.toFixed(2));
}

function filled(chargers: number): Store {
  const store = new Store(timeSource(() => START + CHARGERS));
  for (let index = 0; index < chargers; index++) fill(store, index);
  return store;
}

/** Decodes messages, as values come from the cloud: every charger has strings of its own. */
function fill(store: Store, index: number): void {
  const id = `0a1b2c3d-0000-4000-8000-${String(index).padStart(12, '0')}`;
  const serial = `ZAP${String(index).padStart(6, '0')}`;
  store.know([{ id, name: `Charger ${index}`, deviceId: serial, deviceType: 4 }]);
  const values: [number, string][] = [
    ...IDS.map((stateId): [number, string] => [stateId, `${(index % 97) + stateId}.000`]),
    [554, ocmf(1)],
    [723, JSON.stringify({ SessionId: id, Energy: 12.345, SignedSession: ocmf(10) })],
    [808, `charger ${index} `.repeat(80)],
  ];
  for (const [stateId, value] of values) {
    const timestamp = new Date(START + index).toISOString();
    const message = { DeviceId: serial, DeviceType: 4, ChargerId: id, StateId: stateId, Timestamp: timestamp };
    const observation = decodeEnvelope(Buffer.from(JSON.stringify({ ...message, ValueAsString: value })));
    if (!observation || !store.put(observation, 'push')) throw new Error('a message was not stored');
  }
  store.view(id);
}

function ocmf(readings: number): string {
  const entry = {
    TM: '2026-05-04T08:01:02,000+00:00 R',
    TX: 'T',
    RV: 100.123,
    RI: '1-0:1.8.0',
    RU: 'kWh',
    RT: 'AC',
    ST: 'G',
  };
  return `OCMF|${JSON.stringify({ FV: '1.0', GI: 'ZAPTEC GO', PG: 'T1', RD: Array.from({ length: readings }, () => entry) })}`;
}
