/**
 * The one door: whoever uses this client imports this file and nothing else of src. Importing it loads only what is
 * small; what speaks HTTP or AMQP is loaded with the first `openClient`, since Node-RED loads its nodes at every start.
 */
import type { ClientOptions } from './client-options';
import type { ZaptecClient } from './zaptec-client';

export type { AnyRequest } from './api/any-request';
export type { Charger } from './api/chargers';
export type { ChargerFirmware, Hierarchy, Installation } from './api/installations';
export type { ArchivedSession, ArchiveQuery } from './api/sessions';
export type { Priority } from './current/sessions';
export type { ChargerSettings } from './api/settings';
export { undocumentedWarning } from './api/unknown-query';
export type { ClientOptions } from './client-options';
export { parseCommand, type Command, type CommandName } from './commands/commands';
export type { CommandOptions, CommandOutcome, CommandResult } from './commands/types';
export type { CurrentControl } from './current/control';
export { MINIMUM_A } from './current/currents';
export { releaseEverywhere, withdrawEverywhere } from './current/process-governors';
export type { InstallationSettings } from './current/installations';
export type {
  CurrentRequest,
  Currents,
  Decision,
  DecisionName,
  ForeignPolicy,
  RequestRole,
  RequestSettings,
} from './current/types';
export type { Amperes, Quantity } from './current/units';
export { Calendar } from './energy/calendar';
export { Override, type ActiveOverride, type OverrideChoice } from './energy/override';
export type { CarReading } from './energy/plan/car-session';
export { ChargePlanner, type PlanDecision } from './energy/plan/charge-planner';
export { reportOf } from './energy/plan/plan-report';
export { PLAN_RULES, type PlanSettings } from './energy/plan/plan-settings';
export { parsePrices } from './energy/plan/prices';
export { parseSeries } from './energy/plan/series';
export { readPower } from './energy/surplus/power';
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
export { checkBaseUrl, ZAPTEC_BASE_URL } from './http/base-url';
export type { Answer, AnswerMeta, CallOptions } from './http/cache';
export type { SharingState } from './cluster/sharing';
export type { ClientHealth } from './http/health';
export type { Lane } from './http/lanes';
export type { Budget } from './http/limiter';
export { canSwitchPhases, type PhaseChoice } from './phases/threshold';
export type { ChargerEvent } from './state/events';
export type { LedgerEntry, SessionRecord } from './state/ledger';
export { snapshotOf, type Snapshot } from './state/snapshot';
export type { Change, KnownCharger, Store, StoreView } from './state/store';
export { clock } from './time/clock';
export { Lease } from './time/lease';
export { constantsTable } from './zaptec/constants-table';
export { modelOf, type DeviceModel } from './zaptec/device';
export { isObject, present, type JsonObject } from './zaptec/json';
export { OBSERVATION } from './zaptec/observation-ids';
export type { Observation, ObservationValue, RawObservation } from './zaptec/observations';
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
