import type { ZaptecError } from '../errors/zaptec-error';
import { clock } from '../time/clock';
import { CHECK_NAMES, resultsOf, type CheckResult } from './checks';
import type { DiagnoseOptions } from './doctor';
import { problemOf } from './problem';

/** The results where the settings of the account are to blame, so that there is nothing to look at. */
export function resultsUnopened(
  error: ZaptecError,
  { only = CHECK_NAMES, runtime = {} }: DiagnoseOptions,
): CheckResult[] {
  const problem = { problem: problemOf(error) };
  const nothing = {
    usage: { minutes: 1, requests: 0, callers: [] },
    failures: [],
    states: [],
    unlisted: [],
    feeds: [],
  };
  return resultsOf(
    {
      ...nothing,
      now: clock.now(),
      ...{ login: problem, installations: problem, chargers: problem, firmware: problem, push: problem },
      ...{
        clockSkewMs: undefined,
        redis: false,
        ignoredRedis: undefined,
        sharing: undefined,
        sharingCurrents: undefined,
        cluster: undefined,
      },
      ...{ storageProblem: undefined, keepsRecords: false, governors: [] },
      budget: { permits: 0, used: 0, waiting: 0 },
      runtime,
      silenceMs: 0,
    },
    only,
  );
}
