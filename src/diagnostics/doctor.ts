import type { CallOptions } from '../http/cache';
import { CHECK_NAMES, needsOf, resultsOf, type CheckName, type CheckResult } from './checks';
import type { RuntimeFacts } from './facts';
import { gatherFacts, type DiagnosticsContext } from './gather';

const MINUTE_MS = 60_000;
/** A Go sends the reading of its meter once an hour (docs/zaptec-api.md, "Charger settings"). */
const SILENCE_MINUTES = 90;

export interface DiagnoseOptions extends CallOptions {
  /** Only these checks, with the requests that they need. */
  only?: readonly CheckName[];
  /** Send nothing: judge only what is known. */
  quiet?: boolean;
  /** Ask for the access to messages even if a feed is open: settings that are not in use yet may need another one. */
  ignoresFeeds?: boolean;
  /** Id of the group whose messages are wanted; blank: found. */
  userGroup?: string | undefined;
  /** A charger or a stream that is silent for longer is a finding; 90 minutes unless given. */
  silenceMinutes?: number;
  /** What only the program around the client knows. */
  runtime?: RuntimeFacts;
}

/**
 * Looks for what is wrong with an account, and says what to do about it.
 * @returns a result for each check, always in the same order.
 * @throws ZaptecError `ABORTED`; whatever else fails is a result.
 */
export async function diagnose(context: DiagnosticsContext, options: DiagnoseOptions = {}): Promise<CheckResult[]> {
  const { only = CHECK_NAMES, silenceMinutes = SILENCE_MINUTES, runtime = {}, userGroup = '', ...call } = options;
  const silenceMs = silenceMinutes * MINUTE_MS;
  return resultsOf(await gatherFacts(context, needsOf(only), { ...call, userGroup, silenceMs, runtime }), only);
}
