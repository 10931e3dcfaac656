import { siteOf, type Core } from './state';
import { wake, type Device } from './device';
import { guid } from './guid';
import type { FinishedSession, User } from './model';
import { completedSession } from './completed-session';
import { reportFinalEnergy } from './report/measure';
import { reportSession } from './report/state';
import { tell } from './report/observation';
import { shareSoon } from './physics/load-balancing';

/** The oldest are forgotten beyond that. */
const MOST_FINISHED = 50_000;

/** A session begins: at the cable, or at the authorisation where that is required (`zaptec-api.md` 7.1). */
export function startSession(core: Core, device: Device, user?: User, tokenName?: string): void {
  const { charger } = device;
  const reading = { at: core.time, energyKwh: 0, meterKwh: charger.meterKwh };
  charger.session = {
    id: guid(device.traffic),
    chargerId: charger.id,
    startedAt: core.time,
    ...(user ? { user } : {}),
    ...(tokenName === undefined ? {} : { tokenName }),
    energyKwh: 0,
    readings: [reading],
    phaseSwitches: 0,
  };
  delete device.threePhase;
  delete device.starvedAt;
  wake(device);
  reportFinalEnergy(core, device, 0);
  reportSession(core, device);
  shareSoon(core, siteOf(core, device));
}

/** Takes the session off its charger and puts it on record; what the charger tells of it is for the caller. */
export function closeSession(core: Core, device: Device, stoppedByRfid: boolean): FinishedSession | undefined {
  const { charger } = device;
  const { session } = charger;
  if (!session) return undefined;
  takeReading(core, device);
  const finished: FinishedSession = {
    ...session,
    endedAt: core.time,
    recognisedAt: core.time,
    offline: !charger.online,
    stoppedByRfid,
  };
  delete charger.session;
  delete charger.priority;
  delete device.threePhase;
  if (charger.online) record(core, finished);
  else device.unreported.push(finished);
  return finished;
}

export function reportCompleted(core: Core, device: Device, finished: FinishedSession): void {
  if (device.charger.online) tell(core, device, 723, completedSession(device.charger, finished));
}

/** Back online: what has ended meanwhile becomes known (`zaptec-api.md` 8.2, 5). */
export function reportLateSessions(core: Core, device: Device): void {
  for (const finished of device.unreported.splice(0)) {
    finished.recognisedAt = core.time;
    reportCompleted(core, device, finished);
    record(core, finished);
  }
}

/** On the quarter of an hour and at the end; a car that takes nothing adds no further readings. */
export function takeReading(core: Core, { charger }: Device): void {
  const { session } = charger;
  const last = session?.readings.at(-1);
  if (!session || !last || last.at === core.time) return;
  session.readings.push({ at: core.time, energyKwh: session.energyKwh, meterKwh: charger.meterKwh });
}

function record(core: Core, finished: FinishedSession): void {
  core.history.push(finished);
  if (core.history.length > MOST_FINISHED) core.history.splice(0, MOST_FINISHED / 10);
  core.finished(finished);
}
