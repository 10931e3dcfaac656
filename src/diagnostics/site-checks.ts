import type { Installation } from '../api/installations';
import { mayControl } from '../zaptec/roles';
import type { Facts } from './facts';
import { finding, fine, namedWithDetails, subject, unchecked, type DetailedSubject, type Judgement } from './result';
import { phrase } from '../errors/phrase';

/** docs/zaptec-api.md, "Enumerations" and "Features". */
const MODES: ReadonlyMap<unknown, string> = new Map([
  [1, 'a schedule'],
  [2, 'automatic power management (APM)'],
]);
const FEATURES: readonly (readonly [bit: number, name: string])[] = [
  [4, 'automatic power management (APM)'],
  [8, 'eco mode'],
  [16, 'a schedule'],
  [131072, 'surplus mode'],
];
/** docs/zaptec-api.md, "Authentication modes". */
const AUTHENTICATION: ReadonlyMap<unknown, string> = new Map([
  [1, 'web hooks'],
  [2, 'OCPP'],
  [3, 'native OCPP'],
]);
const BY_OCPP: ReadonlySet<unknown> = new Set([2, 3]);
const PHASES = ['availableCurrentPhase1', 'availableCurrentPhase2', 'availableCurrentPhase3'] as const;

/** Those of which the account may see the settings. */
const readable = (installations: readonly Installation[]) =>
  installations.filter(({ currentUserRoles }) => mayControl(currentUserRoles));

/** The installations to which something applies, with the words for it. */
function those(
  installations: readonly Installation[],
  words: (site: Installation) => string | undefined,
): DetailedSubject[] {
  return readable(installations).flatMap((site) => {
    const detail = words(site);
    return detail === undefined ? [] : [subject(site, detail)];
  });
}

/** Who governs the current where it is not set by hand; then no flow can set it. */
export function judgeMode({ installations: { data, problem }, governors }: Facts): Judgement {
  if (!data) return unchecked(problem);
  const about = those(data, (site) => {
    const enabled = site['enabledFeatures'];
    const features = typeof enabled === 'number' ? enabled : 0;
    return MODES.get(site.availableCurrentMode) ?? FEATURES.find(([bit]) => (features & bit) !== 0)?.[1];
  });
  if (about.length === 0) return fine('The current of every installation is set by hand');
  const wanted = governors.some(({ id, isIdle }) => !isIdle && about.some((site) => site.id === id));
  return finding(
    wanted ? 'error' : 'warning',
    phrase`The cloud itself governs the current: ${namedWithDetails(about)}`,
    'To set the current from a flow, set the charging mode to manual in the Zaptec portal; to read, nothing needs to be done',
    { code: 'NOT_MANUAL', about },
  );
}

export function judgeAuthentication({ installations: { data, problem } }: Facts): Judgement {
  if (!data) return unchecked(problem);
  const about = those(data, ({ authenticationType }) => AUTHENTICATION.get(authenticationType));
  if (about.length === 0) return fine('Zaptec itself authorises charging, where that is required');
  return finding(
    'warning',
    phrase`Another system authorises charging: ${namedWithDetails(about)}`,
    'A car waits until that system allows it. Authorise there; pause and resume work only after that',
    { code: 'AUTHENTICATION', about },
  );
}

export function judgeOcpp({ installations: { data, problem } }: Facts): Judgement {
  if (!data) return unchecked(problem);
  const about = those(data, ({ authenticationType, ocppCloudUrl }) => {
    if (BY_OCPP.has(authenticationType)) return AUTHENTICATION.get(authenticationType);
    return typeof ocppCloudUrl === 'string' && ocppCloudUrl !== '' ? 'an OCPP address is set' : undefined;
  });
  if (about.length === 0) return fine('No installation is connected to another operator by OCPP');
  return finding(
    'warning',
    phrase`Another operator may control the chargers by OCPP: ${namedWithDetails(about)}`,
    'Agree with the operator who sends commands: a command may be refused (ZAPTEC_528) or changed back',
    { code: 'OCPP', about },
  );
}

/** A charger on three phases takes the lowest of them on each (docs/zaptec-api.md, "Charging current"). */
export function judgePhases({ installations: { data, problem } }: Facts): Judgement {
  if (!data) return unchecked(problem);
  const about = those(data, (site) => {
    const currents = PHASES.map((phase) => site[phase]);
    const isKnown = currents.every((current) => typeof current === 'number');
    return isKnown && new Set(currents).size > 1 ? `${currents.join('/')} A` : undefined;
  });
  if (about.length === 0) return fine('The available current of every installation is the same on all phases');
  return finding(
    'warning',
    phrase`The available current differs by phase: ${namedWithDetails(about)}`,
    'A car on three phases gets the lowest of them on each: set one value, unless a limit for each phase is meant',
    { code: 'PHASES', about },
  );
}
