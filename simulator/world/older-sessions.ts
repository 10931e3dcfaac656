import { Prng } from '../prng';
import { DAY, HOUR, MINUTE } from '../durations';
import { isClockChange } from './clock-changes';
import type { Device } from './device';
import { guid } from './guid';
import type { FinishedSession, Session, User } from './model';
import { readingsOf, POWERS, RECENT_DAYS } from './past-sessions';

/** Months of 31 days: the last of them are in the history already. */
const OLDEST_DAYS = 14 * 31;
/** The account of the simulator with the role user has some sessions of its own. */
const MEMBER: User = {
  id: '0a1b2c3d-0000-4000-8000-0000000000f1',
  name: 'Uma Member',
  email: 'user@simulator.example',
};
const MEMBER_PROBABILITY = 0.03;
/** Of a known driver where no authorisation is required. */
const KNOWN_DRIVER_PROBABILITY = 0.7;

/** What is special about a session. */
type Kind =
  | 'usual'
  | 'evening'
  | 'late'
  | 'replaced'
  | 'voided'
  | 'aborted'
  | 'overlapping'
  | 'forgotten'
  | 'unreliable clock'
  | 'too fast'
  | 'exchanged meter';

/** The probability of each kind; the rest is usual. */
const PROBABILITIES: readonly [Kind, number][] = [
  ['evening', 0.2],
  ['late', 0.02],
  ['replaced', 0.01],
  ['voided', 0.01],
  ['aborted', 0.01],
  ['overlapping', 0.005],
  ['forgotten', 0.005],
  ['unreliable clock', 0.005],
  ['too fast', 0.002],
  ['exchanged meter', 0.002],
];

/** From when on and until when the sessions before the recent ones ended. */
interface OlderPeriod {
  from: number;
  to: number;
}

/** Before the recent ones; ms since 1970. */
function olderPeriod(startedAt: number): OlderPeriod {
  const midnight = Math.floor(startedAt / DAY) * DAY;
  return { from: midnight - OLDEST_DAYS * DAY, to: midnight - (RECENT_DAYS + 1) * DAY };
}

/**
 * The sessions of the 13 months before the recent ones, oldest end first. They follow from the seed alone, and are made
 * when somebody asks for them, since that takes longer than all else at the start of a world.
 */
export function olderSessions(
  seed: number,
  devices: readonly Device[],
  startedAt: number,
  perDay: number,
): FinishedSession[] {
  const period = olderPeriod(startedAt);
  const sessions = devices.flatMap((device, index) => {
    if (device.charger.neverStarted) return [];
    // A stream of its own: the recent sessions and the cars to come stay as they are.
    return sessionsOf(device, new Prng(seed ^ Math.imul(index + 1, 0x85eb_ca6b)), period, perDay);
  });
  return sessions.sort((a, b) => a.endedAt - b.endedAt || (a.id < b.id ? -1 : 1));
}

function sessionsOf(device: Device, prng: Prng, { from, to }: OlderPeriod, perDay: number): FinishedSession[] {
  const made: Past[] = [];
  for (let day = from; day < to; day += DAY) {
    // A session over the night in which the clocks change has a day of 23 or 25 hours.
    if (!prng.chance(perDay) && !isClockChange(day + DAY)) continue;
    made.push(...pastOf(device, prng, day, made.at(-1)));
  }
  // The meter goes up to where the recent sessions begin.
  const total = made.reduce((sum, { ownKwh }) => sum + ownKwh, 0);
  let meterKwh = Math.max(0, device.meterAtStart - total);
  for (const session of made) {
    session.meterKwh = meterKwh;
    meterKwh += session.ownKwh;
  }
  return made;
}

/** The session of a day, and the one that stands for it where it is replaced. */
function pastOf(device: Device, prng: Prng, day: number, before: Past | undefined): Past[] {
  const kind = kindOf(prng, isClockChange(day + DAY));
  const [startedAt, endedAt] = timesOf(kind, prng, day, before);
  const powerKw = prng.pick(POWERS);
  const most = (powerKw * (endedAt - startedAt)) / HOUR;
  const energyKwh = milli(energyOf(kind, prng, most));
  const user = driverOf(device, prng);
  const session = new Past({
    id: guid(prng),
    chargerId: device.charger.id,
    startedAt,
    endedAt,
    recognisedAt: endedAt + 2000,
    energyKwh,
    powerKw: kind === 'too fast' ? (2 * energyKwh * HOUR) / (endedAt - startedAt) : powerKw,
    stoppedByRfid: user !== undefined && prng.chance(0.2),
    ...(user ? { user, ...tagOf(user, prng) } : {}),
  });
  return Object.hasOwn(CHANGES, kind) ? (CHANGES[kind]?.(session, prng) ?? [session]) : [session];
}

/** What a kind changes of a session. */
const CHANGES: { [K in Kind]?: (session: Past, prng: Prng) => Past[] } = {
  late: (session, prng) => {
    session.offline = true;
    session.recognisedAt = session.endedAt + Math.round(prng.between(HOUR, 20 * DAY));
    return [session];
  },
  replaced: (session, prng) => {
    const energyKwh = milli(session.energyKwh + prng.between(0.1, 2));
    const replacement = session.replacement(guid(prng), energyKwh);
    session.replacedBy = replacement.id;
    // Both are of the same energy of the meter.
    session.ownKwh = 0;
    return [session, replacement];
  },
  voided: (session) => {
    session.voided = true;
    return [session];
  },
  aborted: (session) => {
    session.aborted = true;
    return [session];
  },
  'unreliable clock': (session) => {
    session.reliableClock = false;
    return [session];
  },
  'exchanged meter': (session) => {
    session.isMeterNew = true;
    return [session];
  },
};

/** Without objects for each reading: there may be tens of thousands of sessions, of which few are looked at. */
class Past implements FinishedSession {
  readonly id: string;
  readonly chargerId: string;
  readonly startedAt: number;
  readonly endedAt: number;
  readonly energyKwh: number;
  readonly powerKw: number;
  readonly phaseSwitches = 0;
  readonly stoppedByRfid: boolean;
  recognisedAt: number;
  offline = false;
  user?: User;
  tokenName?: string;
  replacedBy?: string;
  voided?: boolean;
  aborted?: boolean;
  reliableClock?: boolean;
  /** kWh of the meter at the start, and by how much it is higher at the end. */
  meterKwh = 0;
  ownKwh: number;
  /** The meter was exchanged meanwhile, and the new one begins with 0. */
  isMeterNew = false;

  constructor(own: Omit<FinishedSession, 'readings' | 'phaseSwitches' | 'offline'> & { powerKw: number }) {
    this.id = own.id;
    this.chargerId = own.chargerId;
    this.startedAt = own.startedAt;
    this.endedAt = own.endedAt;
    this.recognisedAt = own.recognisedAt;
    this.energyKwh = own.energyKwh;
    this.powerKw = own.powerKw;
    this.stoppedByRfid = own.stoppedByRfid;
    this.ownKwh = own.energyKwh;
    if (own.user) this.user = own.user;
    if (own.tokenName !== undefined) this.tokenName = own.tokenName;
  }

  /** The session that stands for this one, with another energy. */
  replacement(id: string, energyKwh: number): Past {
    const { chargerId, startedAt, endedAt, powerKw, stoppedByRfid, user, tokenName } = this;
    const who = { ...(user ? { user } : {}), ...(tokenName === undefined ? {} : { tokenName }) };
    const recognisedAt = this.recognisedAt + HOUR;
    return new Past({ id, chargerId, startedAt, endedAt, recognisedAt, energyKwh, powerKw, stoppedByRfid, ...who });
  }

  get readings(): Session['readings'] {
    const readings = readingsOf(this.meterKwh, this.startedAt, this.endedAt, this.energyKwh, this.powerKw);
    if (!this.isMeterNew) return readings;
    return readings.map((reading, index) => (index === 0 ? reading : { ...reading, meterKwh: reading.energyKwh }));
  }
}

function kindOf(prng: Prng, isNightOfChange: boolean): Kind {
  const drawn = prng.next();
  if (isNightOfChange) return 'usual';
  let limit = 0;
  for (const [kind, probability] of PROBABILITIES) {
    limit += probability;
    if (drawn < limit) return kind;
  }
  return 'usual';
}

/** Start and end. */
function timesOf(kind: Kind, prng: Prng, day: number, before: Past | undefined): [number, number] {
  const overlap = before && kind === 'overlapping' ? beforeEndOf(before) : undefined;
  const earliest = Math.max(day, (before?.endedAt ?? 0) + MINUTE);
  if (kind === 'evening' || kind === 'too fast') {
    // It ends around midnight, so that its day and month depend on the time zone.
    const start = Math.round(Math.max(earliest, day + prng.between(18, 20.5) * HOUR));
    return [start, start + Math.round(kind === 'evening' ? prng.between(1, 4) * HOUR : 30 * MINUTE)];
  }
  const start = overlap ?? Math.round(Math.max(earliest, day + prng.normal(15.5, 1.8) * HOUR));
  if (kind === 'aborted') return [start, start + Math.round(prng.between(1, 10) * MINUTE)];
  if (kind === 'forgotten') return [start, start + Math.round(prng.between(25, 44) * HOUR)];
  const end = Math.round(day + DAY + prng.normal(6.5, 0.8) * HOUR);
  return [start, Math.max(end, start + HOUR)];
}

/** 20 minutes before, or in the middle of a short session. */
function beforeEndOf({ startedAt, endedAt }: Past): number {
  return Math.round(endedAt - Math.min(20 * MINUTE, (endedAt - startedAt) / 2));
}

/** kWh */
function energyOf(kind: Kind, prng: Prng, most: number): number {
  if (kind === 'forgotten') return 0;
  if (kind === 'too fast') return prng.between(30, 60);
  const wanted = prng.between(2, 45);
  return Math.min(wanted, most);
}

function driverOf({ installation }: Device, prng: Prng): User | undefined {
  const { users, authenticationRequired } = installation;
  const [number, isMember, isKnown] = [
    prng.integer(0, Math.max(0, users.length - 1)),
    prng.chance(MEMBER_PROBABILITY),
    prng.chance(KNOWN_DRIVER_PROBABILITY),
  ];
  if (!isKnown && !authenticationRequired) return undefined;
  return isMember ? MEMBER : users[number];
}

/** Each driver has a tag with a name and one without, of which the code is known. */
function tagOf({ id, name }: User, prng: Prng): { tokenName: string } {
  return {
    tokenName: prng.chance(0.7) ? `${name.split(' ')[0] ?? name}'s tag` : `nfc-${id.slice(0, 8).toUpperCase()}`,
  };
}

const milli = (kwh: number): number => Math.round(kwh * 1000) / 1000;
