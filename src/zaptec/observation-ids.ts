/**
 * The observations that this package acts on, by Zaptec's own names (the table of `data/zaptec-constants.json`, whose
 * entries also give type and unit). A message of the bus and an answer of `/state` call this id `StateId`.
 */
export const OBSERVATION = {
  WaitingReasons: -1000,
  IsOnline: -2,
  AuthenticationRequired: 120,
  VoltagePhase1: 501,
  VoltagePhase2: 502,
  VoltagePhase3: 503,
  CurrentPhase1: 507,
  CurrentPhase2: 508,
  CurrentPhase3: 509,
  ChargerMaxCurrent: 510,
  MaxPhases: 520,
  ChargerMinCurrent: 511,
  TotalChargePower: 513,
  TotalChargePowerSession: 553,
  SignedMeterValue: 554,
  ChargeCurrentSet: 708,
  ChargerOperationMode: 710,
  IsEnabled: 711,
  IsStandAlone: 712,
  FinalStopActive: 718,
  SessionIdentifier: 721,
  ChargerCurrentUserUuid: 722,
  CompletedSession: 723,
  NextScheduleEvent: 763,
  Warnings: 804,
  OcppNativeAuthorizationKey: 863,
  OcppNativeAuthorizationKeyFromZaptec: 864,
  PinCode: 1140,
} as const;
