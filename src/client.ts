/**
 * The one door: whoever uses this client imports this file and nothing else of src. Importing it loads only what is
 * small; what speaks HTTP or AMQP is loaded with the first `openClient`, since Node-RED loads its nodes at every start.
 */
import type { ClientOptions } from './client-options';
import type { CheckResult } from './diagnostics/checks';
import type { DiagnoseOptions } from './diagnostics/doctor';
import type { ZaptecError } from './errors/zaptec-error';
import type { ZaptecClient } from './zaptec-client';

export type { AnyRequest } from './api/any-request';
export type { Charger } from './api/chargers';
export type { ChargerFirmware, Hierarchy, Installation } from './api/installations';
export type { InstallationReport, ReportQuery, ReportRow } from './api/installation-report';
export type { ArchivedSession, ArchiveQuery } from './api/sessions';
export type { Priority } from './current/sessions';
export type { ChargerSettings } from './api/settings';
export { undocumentedWarning } from './api/unknown-query';
export { costOf, isBillable, type Pricing, type SessionCost } from './billing/cost';
export { oddities, OddSessions, type OddContext, type Oddity, type OddReason } from './billing/odd-sessions';
export { periodOf, type PeriodQuery } from './billing/periods';
export type { SessionChange } from './billing/session-marks';
export { Tariff, type TariffSettings } from './billing/tariff';
export { Totals, type Total } from './billing/totals';
export { Watermark, type Batch } from './billing/watermark';
export type { ClientOptions } from './client-options';
export { isToggle, parseCommand, type Command, type CommandName, type RequestedCommand } from './commands/commands';
export type { CommandOptions, CommandOutcome, CommandResult, ToggleOutcome } from './commands/types';
export type { CurrentControl, SharedLimitView } from './current/control';
export { MINIMUM_A } from './current/currents';
export { releaseEverywhere, withdrawEverywhere } from './current/process-governors';
export type { InstallationSettings } from './current/installations';
export type {
  CurrentRequest,
  Currents,
  Decision,
  DecisionName,
  ForeignPolicy,
  GovernorView,
  RequestRole,
  RequestSettings,
} from './current/types';
export type { Amperes, Quantity } from './current/units';
export { Anonymizer } from './diagnostics/anonymous';
export type { CheckName, CheckResult } from './diagnostics/checks';
export type { DiagnoseOptions } from './diagnostics/doctor';
export type { RuntimeFacts } from './diagnostics/facts';
export { SEVERITIES, type Severity } from './diagnostics/result';
export { Calendar } from './energy/calendar';
export { Override, type ActiveOverride, type OverrideChoice } from './energy/override';
export type { CarReading } from './energy/plan/car-session';
export { ChargePlanner, type PlanDecision } from './energy/plan/charge-planner';
export type { CarCurrents } from './energy/load-guard/car-currents';
export type { LoadGuardDecision } from './energy/load-guard/guard-decision';
export { guardReportOf } from './energy/load-guard/guard-report';
export { LOAD_GUARD_RULES, type LoadGuardSettings } from './energy/load-guard/guard-settings';
export { LoadGuard } from './energy/load-guard/load-guard';
export { meterError, readMeter } from './energy/load-guard/read-meter';
export { rotationOf } from './energy/load-guard/rotation';
export { reportOf } from './energy/plan/plan-report';
export { PLAN_RULES, type PlanSettings } from './energy/plan/plan-settings';
export { parsePrices } from './energy/plan/prices';
export { parseSeries } from './energy/plan/series';
export { readGridPower } from './energy/surplus/power';
export type { SurplusInput } from './energy/surplus/sun-estimate';
export { isMode, SURPLUS_RULES, type SurplusMode, type SurplusSettings } from './energy/surplus/surplus-settings';
export { SurplusStrategy, type ChargersReading, type SurplusDecision } from './energy/surplus/surplus-strategy';
export { readTime } from './energy/read-time';
export {
  checkSettings,
  numberFrom,
  readSetting,
  readSettingsChange,
  shownValue,
  YES_OR_NO,
  type SettingRule,
  type SettingRules,
} from './energy/setting-rules';
export type { Strategy, StrategyDecision } from './energy/strategy';
export { phrase, phraseOf, type Phrase } from './errors/phrase';
export { redact } from './errors/redact';
export {
  isZaptecError,
  withRemedy,
  zaptecError,
  ZaptecError,
  type ErrorCause,
  type ErrorCode,
} from './errors/zaptec-error';
export type { Feed, FeedListener, FeedMemory, FeedOptions, FeedStatus, SessionConsumer } from './feed/types';
export { attributed } from './http/attribution';
export { userAgent } from './http/user-agent';
export { checkBaseUrl, ZAPTEC_BASE_URL } from './http/base-url';
export type { Answer, AnswerMeta, CallOptions } from './http/cache';
export type { RedisTrial } from './cluster/redis-trial';
export { counted } from './diagnostics/result';
export type { IgnoredRedis } from './cluster/redis-users';
export type { SharingState } from './cluster/sharing';
export type { ClientHealth } from './http/health';
export type { Lane } from './http/lanes';
export type { Budget } from './http/limiter';
export { canSwitchPhases, type PhaseChoice } from './phases/threshold';
export { agesOf, timesOf, type SnapshotAges, type ValueTime } from './state/ages';
export type { ChargerEvent } from './state/events';
export type { SessionList, SessionPage, SessionPlace, SessionQuery } from './sessions/session-reader';
export type { LedgerEntry, SessionRecord } from './state/ledger';
export type { EnergyDetail, SessionSource } from './state/session-record';
export { snapshotOf, type Snapshot } from './state/snapshot';
export type { Change, KnownCharger, Store, StoreView } from './state/store';
export { clock } from './time/clock';
export { Lease } from './time/lease';
export { constantsTable } from './zaptec/constants-table';
export { modelOf, type DeviceModel } from './zaptec/device';
export { nearestNames } from './zaptec/nearest';
export { isObject, present, type JsonObject } from './zaptec/json';
export { OBSERVATION } from './zaptec/observation-ids';
export type { OcmfCheck, OcmfClaim, OcmfResult, KeySource } from './zaptec/ocmf-signature';
export type { Observation, ObservationValue, RawObservation } from './zaptec/observations';
export { checkOcmf } from './zaptec/ocmf-signature';
export { mayControl, roleOf, type Role } from './zaptec/roles';
export type { ZaptecClient } from './zaptec-client';

/**
 * Opens a client. Clients of the same address and user name share limit, token, cache and feeds, whichever opened first.
 * @example
 * const client = openClient({ username: 'me@example.com', password: '…' });
 * const { data } = await client.chargers.list();
 * client.close();
 * @throws ZaptecError `BASE_URL_INVALID`, `AUTH_MISSING`
 */
export function openClient(options: ClientOptions): ZaptecClient {
  // eslint-disable-next-line @typescript-eslint/no-require-imports -- loaded when it is first needed
  const { ZaptecClient: Client } = require('./zaptec-client') as typeof import('./zaptec-client');
  return new Client(options);
}

/**
 * The results of a doctor that cannot even open the account: the login fails, and nothing else can be checked.
 * @param error why it cannot.
 */
export function diagnoseUnopened(error: ZaptecError, options: DiagnoseOptions = {}): CheckResult[] {
  // eslint-disable-next-line @typescript-eslint/no-require-imports -- loaded when it is first needed
  const { resultsUnopened } = require('./diagnostics/unopened') as typeof import('./diagnostics/unopened');
  return resultsUnopened(error, options);
}
