import type { SimulatorClock } from '../../clock';
import type { Faults } from '../../faults/state';
import type { RequestRecord } from '../../request-record';
import type { Charger, WorldModel } from '../../world/model';
import type { Recorder } from '../recorder';
import { namesIn } from './names';
import type { LiveEvent, LiveEventKind } from './live-types';

const CAPACITY = 200;
const SHOWN = 12;
/** The newest requests below an event. */
const CALLS_SHOWN = 4;
/** The most requests that one view looks at. */
const MAX_SCANNED = 2_000;
/** docs/zaptec-api.md, "Observations": the operation mode, and whether the cloud reaches the charger. */
const MODE = 710;
const ONLINE = -2;
/** docs/zaptec-api.md, "Commands". */
const COMMAND_NAMES = new Map([
  [102, 'restart'],
  [200, 'upgrade firmware'],
  [506, 'pause'],
  [507, 'resume'],
  [10001, 'deauthorise'],
]);
const COMMAND = /^\/api\/chargers\/[^/]+\/sendCommand\/(\d+)$/i;
/** Logins and reads in the form of a POST would hide what matters. */
const NO_WRITE = /^\/(oauth|connect)\//i;

interface Kept {
  id: number;
  at: number;
  kind: LiveEventKind;
  text: string;
  /** Of a command or a write, whose status comes later. */
  record?: RequestRecord;
}

interface Sources {
  world: WorldModel;
  clock: SimulatorClock;
  faults: Faults;
  recorder: Recorder;
}

/** What happened lately: cars, chargers, commands, writes and faults, each with the requests that followed it. */
export class Timeline {
  readonly #sources: Sources;
  readonly #kept: Kept[] = [];
  readonly #modes = new Map<string, Charger['mode']>();
  #lastId = 0;

  constructor(sources: Sources) {
    this.#sources = sources;
    const { world, faults, recorder } = sources;
    this.#learnModes();
    world.onObservation(({ id }, charger) => {
      if (id === MODE) this.#modeChanged(charger);
      else if (id === ONLINE) this.#add('charger', `${charger.name} is ${charger.online ? 'online' : 'offline'}`);
    });
    faults.onChange((name) => this.#add('fault', `${name} ${faults.isOn(name) ? 'on' : 'off'}`));
    recorder.onRequest((record) => this.#requested(record));
  }

  /** Call this when the world was restarted. */
  restart(scenario: string): void {
    this.#learnModes();
    this.#add('world', `${scenario} with the seed ${this.#sources.world.seed} begins`);
  }

  /** The newest events, newest first, each with the requests up to the next event. */
  view(): LiveEvent[] {
    const { recorder, world } = this.#sources;
    const events = this.#kept.slice(-SHOWN).map(({ record, ...event }) => ({
      ...event,
      ...(record ? { status: record.status } : {}),
      requests: 0,
      latest: [] as LiveEvent['latest'],
    }));
    const { records } = recorder;
    let place = events.length - 1;
    for (let i = records.length - 1; i >= Math.max(0, records.length - MAX_SCANNED); i--) {
      const record = records[i];
      if (!record) break;
      while (place >= 0 && record.at < (events[place]?.at ?? 0)) place -= 1;
      const event = events[place];
      if (!event) break;
      event.requests += 1;
      if (event.latest.length < CALLS_SHOWN) event.latest.push(callOf(record, world));
    }
    return events.reverse();
  }

  #add(kind: LiveEventKind, text: string, record?: RequestRecord): void {
    const at = record?.at ?? this.#sources.clock.now();
    this.#kept.push({ id: ++this.#lastId, at, kind, text, ...(record ? { record } : {}) });
    if (this.#kept.length > CAPACITY) this.#kept.shift();
  }

  #learnModes(): void {
    this.#modes.clear();
    for (const { id, mode } of this.#sources.world.chargers.values()) this.#modes.set(id, mode);
  }

  #modeChanged(charger: Charger): void {
    const before = this.#modes.get(charger.id);
    if (before === charger.mode) return;
    this.#modes.set(charger.id, charger.mode);
    this.#add('car', `${charger.name}: ${changeOf(before, charger)}`);
  }

  #requested(record: RequestRecord): void {
    if (record.method === 'GET' || NO_WRITE.test(record.path)) return;
    const about = namesIn(record.path, this.#sources.world) ?? '';
    const [, command] = COMMAND.exec(record.path) ?? [];
    if (command === undefined) this.#add('write', `${record.method} ${lastPart(record.path)} ${about}`.trim(), record);
    else
      this.#add(
        'command',
        [COMMAND_NAMES.get(Number(command)) ?? `command ${command}`, about].join(' ').trim(),
        record,
      );
  }
}

const lastPart = (path: string): string => path.slice(path.lastIndexOf('/') + 1);

/** What a change of the mode means, for people. */
function changeOf(before: Charger['mode'] | undefined, { mode, finalStop }: Charger): string {
  if (mode === 1) return 'the car is unplugged';
  if (mode === 3) return before === 5 ? 'charges again' : 'charges';
  if (mode === 5) return finalStop ? 'pauses' : 'the car is full';
  return before === 1 || before === undefined ? 'a car is plugged in' : 'waits';
}

/** A request for people, with the names of what its path is about. */
export function callOf(
  { id, at, account = 'nobody', method, path, query, status }: RequestRecord,
  world: WorldModel,
): LiveEvent['latest'][number] {
  const about = namesIn(path, world);
  return { id, at, account, method, path: path + query, status, ...(about === undefined ? {} : { about }) };
}
