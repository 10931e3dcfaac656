import {
  judgeChargers,
  judgeClock,
  judgeInstallations,
  judgeLogin,
  judgePages,
  judgeRedis,
  judgeRequests,
  judgeRoles,
} from './account-checks';
import { judgeFirmware, judgeOffline, judgeSilent, judgeStandAlone, judgeWarnings } from './charger-checks';
import type { Facts } from './facts';
import { judgePush, judgePushSilence, judgeSecondConsumer } from './push-checks';
import { unchecked, type Judgement } from './result';
import { judgeContext, judgeForeign, judgeRecords } from './runtime-checks';
import { judgeAuthentication, judgeMode, judgeOcpp, judgePhases } from './site-checks';

/** What has to be read for a check, beside what the account knows anyhow. */
export type Need = 'lists' | 'firmware' | 'states' | 'push';

interface Check {
  needs: readonly Need[];
  judge: (facts: Facts) => Judgement;
}

/** Every check by name, in the order of the results. docs/doctor.md has the same table. */
const CHECKS = {
  login: { needs: [], judge: judgeLogin },
  installations: { needs: ['lists'], judge: judgeInstallations },
  roles: { needs: ['lists'], judge: judgeRoles },
  chargers: { needs: ['lists'], judge: judgeChargers },
  pages: { needs: ['lists'], judge: judgePages },
  push: { needs: ['lists', 'push'], judge: judgePush },
  'push-silence': { needs: ['lists'], judge: judgePushSilence },
  'second-consumer': { needs: ['lists'], judge: judgeSecondConsumer },
  clock: { needs: [], judge: judgeClock },
  redis: { needs: [], judge: judgeRedis },
  requests: { needs: [], judge: judgeRequests },
  records: { needs: [], judge: judgeRecords },
  'context-store': { needs: [], judge: judgeContext },
  'current-mode': { needs: ['lists'], judge: judgeMode },
  'foreign-current': { needs: ['lists'], judge: judgeForeign },
  phases: { needs: ['lists'], judge: judgePhases },
  'stand-alone': { needs: ['lists', 'states'], judge: judgeStandAlone },
  authentication: { needs: ['lists'], judge: judgeAuthentication },
  ocpp: { needs: ['lists'], judge: judgeOcpp },
  offline: { needs: ['lists', 'states'], judge: judgeOffline },
  silent: { needs: ['lists', 'states'], judge: judgeSilent },
  warnings: { needs: ['lists', 'states'], judge: judgeWarnings },
  firmware: { needs: ['lists', 'firmware'], judge: judgeFirmware },
} as const satisfies Readonly<Record<string, Check>>;

export type CheckName = keyof typeof CHECKS;

/** What a check has shown, as payloads have it. */
export interface CheckResult extends Judgement {
  check: CheckName;
}

export const CHECK_NAMES = Object.keys(CHECKS) as CheckName[];

/** The results in the order of the table. */
export function resultsOf(facts: Facts, names: readonly CheckName[] = CHECK_NAMES): CheckResult[] {
  return CHECK_NAMES.filter((name) => names.includes(name)).map((check) => ({ check, ...judge(check, facts) }));
}

/** Without a login nothing can be read. */
function judge(name: CheckName, facts: Facts): Judgement {
  const { needs, judge: judged }: Check = CHECKS[name];
  const { problem } = facts.login;
  return problem && needs.length > 0 ? unchecked(problem) : judged(facts);
}

export function needsOf(names: readonly CheckName[]): ReadonlySet<Need> {
  return new Set(names.flatMap((name): readonly Need[] => CHECKS[name].needs));
}
