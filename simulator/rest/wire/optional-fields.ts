/** The fields that recorded answers lack (docs/zaptec-api.md, "Cloud oddities"), by model. */
const OPTIONAL = {
  installation: ['NetworkType', 'AuthenticationType', 'SupportGroup', 'CountryId'],
  charger: ['AuthenticationType', 'IsAuthorizationRequired', 'CircuitId', 'InstallationName', 'OperatingMode'],
  hierarchy: ['Name', 'InstallationName', 'NetworkType'],
  firmware: ['CurrentVersion', 'AvailableVersion', 'IsUpToDate'],
  history: ['UserId', 'UserFullName', 'UserEmail', 'UserUserName', 'TokenName', 'SignedSession'],
  archived: [],
} as const;

export type ModelName = keyof typeof OPTIONAL;

/** Removes the optional fields of a model at every depth. */
export function withoutOptional(value: unknown, model: ModelName): unknown {
  const optional: readonly string[] = OPTIONAL[model];
  const text = JSON.stringify(value, (key, inner: unknown) => (optional.includes(key) ? undefined : inner));
  return JSON.parse(text);
}
