import type { ChargerFirmware } from '../api/installations';
import { clock } from '../time/clock';
import { modelOf } from '../zaptec/device';
import { DISABLED_WARNING, stopsCharging } from '../zaptec/warnings';
import type { Facts } from './facts';
import {
  counted,
  finding,
  fine,
  named,
  namedWithDetails,
  subject,
  unchecked,
  type Judgement,
  type Subject,
} from './result';
import { phrase } from '../errors/phrase';

const MINUTE_MS = 60_000;

/** Stand-alone chargers take no current from the cloud (observation 712). */
export function judgeStandAlone({ chargers, states }: Facts): Judgement {
  if (chargers.problem) return unchecked(chargers.problem);
  const about = states
    .filter(({ standAlone }) => standAlone === true)
    .map((charger) => subject(charger, 'stand-alone'));
  if (about.length === 0) return fine(ofKnown(states.length, 'works stand-alone'));
  return finding(
    'warning',
    phrase`${counted(about.length, 'charger')} in stand-alone mode: ${named(about)}`,
    'A stand-alone charger ignores the current that the cloud sets: connect it to its installation with the Zaptec app',
    { code: 'STAND_ALONE', about },
  );
}

export function judgeOffline({ chargers: { data, problem }, states }: Facts): Judgement {
  if (!data) return unchecked(problem);
  const known = new Map(states.map((state) => [state.id, state]));
  const about = data
    .filter(({ id, isOnline, active }) => active !== false && (known.get(id)?.online ?? isOnline) === false)
    .map(({ id, name }) => {
      const lastSeenAt = known.get(id)?.lastSeenAt;
      const detail = lastSeenAt === undefined ? 'offline' : phrase`offline, last seen ${clock.iso(lastSeenAt)}`;
      return subject({ id, name }, detail);
    });
  if (about.length === 0) return fine('Every charger is online');
  return finding(
    'warning',
    phrase`${counted(about.length, 'charger')} offline: ${named(about)}`,
    'Check power and network of the charger; commands reach it when it is online again',
    { code: 'OFFLINE', about },
  );
}

export function judgeSilent({ chargers, states, silenceMs }: Facts): Judgement {
  if (chargers.problem) return unchecked(chargers.problem);
  const about = states
    .filter(({ online, silentMs }) => online !== false && (silentMs ?? 0) > silenceMs)
    .map((charger) => subject(charger, phrase`last seen ${clock.iso(charger.lastSeenAt)}`));
  const minutes = counted(Math.round(silenceMs / MINUTE_MS), 'minute');
  if (about.length === 0) return fine(ofKnown(states.length, phrase`was silent for more than ${minutes}`));
  return finding(
    'warning',
    phrase`${counted(about.length, 'charger')} silent for more than ${minutes}, though said to be online: ${named(about)}`,
    'Check the network of the charger; restart it if it stays silent',
    { code: 'SILENT', about },
  );
}

export function judgeWarnings({ chargers, states }: Facts): Judgement {
  if (chargers.problem) return unchecked(chargers.problem);
  const warned = states.filter(({ warnings }) => warnings.length > 0);
  if (warned.length === 0) return fine(ofKnown(states.length, 'shows a warning'));
  const about = warned.map((charger) => subject(charger, charger.warnings.map(inWords).join('; ')));
  const all = warned.flatMap(({ warnings }) => warnings);
  const isOff = all.every((warning) => warning === DISABLED_WARNING);
  return finding(
    all.some(stopsCharging) ? 'error' : isOff ? 'info' : 'warning',
    phrase`Warnings of ${namedWithDetails(about)}`,
    isOff
      ? 'Switch the charger on in the Zaptec portal, if it is to charge'
      : 'Look the warning up in the Zaptec portal; have an electrician look at the charger if it stays',
    { code: 'WARNINGS', about },
  );
}

/** `CHARGE_OVERCURRENT` as `charge overcurrent (charging stands still)` */
function inWords(warning: string): string {
  if (warning === DISABLED_WARNING) return 'switched off';
  const words = warning.toLowerCase().replaceAll('_', ' ');
  return stopsCharging(warning) ? phrase`${words} (charging stands still)` : words;
}

/** Behind by the word of the cloud, or behind another charger of the same model. */
export function judgeFirmware({ firmware: { data, problem }, chargers }: Facts): Judgement {
  if (!data) return unchecked(problem);
  const names = new Map((chargers.data ?? []).map(({ id, name }) => [id, name]));
  const newest = newestByModel(data);
  const about = data.flatMap((entry): Subject[] => {
    const { chargerId: id, currentVersion: version, availableVersion: available } = entry;
    if (id === undefined || version === undefined) return [];
    const best = newest.get(modelKey(entry)) ?? version;
    const isBehind = entry.isUpToDate === false || compareVersions(version, best) < 0;
    if (!isBehind) return [];
    const target = available !== undefined && compareVersions(available, best) > 0 ? available : best;
    return [subject({ id, name: names.get(id) }, phrase`${version}, available ${target}`)];
  });
  if (about.length === 0) return fine(ofKnown(data.length, 'has an old firmware'));
  return finding(
    'warning',
    phrase`The firmware of ${counted(about.length, 'charger')} is behind: ${named(about)}`,
    'Let it update itself, or send the command upgrade-firmware while no car charges',
    { code: 'FIRMWARE', about },
  );
}

function newestByModel(firmware: readonly ChargerFirmware[]): Map<string, string> {
  const newest = new Map<string, string>();
  for (const entry of firmware) {
    const { currentVersion: version } = entry;
    const key = modelKey(entry);
    if (version !== undefined && compareVersions(version, newest.get(key) ?? '') > 0) newest.set(key, version);
  }
  return newest;
}

/** Chargers of one model share a firmware; of an unknown model each stands alone. */
function modelKey({ chargerId, deviceId, deviceType }: ChargerFirmware): string {
  const serial = typeof deviceId === 'string' ? deviceId : undefined;
  const type = typeof deviceType === 'number' ? deviceType : undefined;
  return modelOf(serial, type) ?? chargerId ?? '';
}

/** Longer texts are no versions. */
const LONGEST_VERSION = 50;

/** Number by number; what is no number counts as 0. */
export function compareVersions(one: string, other: string): number {
  const parts = (text: string) => text.slice(0, LONGEST_VERSION).split('.').map(Number);
  const [a, b] = [parts(one), parts(other)];
  for (let index = 0; index < Math.max(a.length, b.length); index += 1) {
    const difference = (a[index] || 0) - (b[index] || 0);
    if (difference !== 0) return Math.sign(difference);
  }
  return 0;
}

function ofKnown(count: number, what: string): string {
  return phrase`None of the ${counted(count, 'charger')} whose state is known ${what}`;
}
