/** What holds for every error of one code. */
export interface CodeDescription {
  name: string;
  retryable: boolean;
  remedy: string;
}

/** Name of an error at login that neither the password nor an outage explains. */
export const LOGIN_FAILED = 'LoginFailed';

const ROLE = 'Ask the owner of the installation for the owner or service role in the Zaptec portal';
const LATER = 'Nothing to do: it usually passes; try again later';
const SUPPORT = 'Look at status.zaptec.com, and ask Zaptec support if it stays';

const row = (name: string, remedy: string, retryable = false): CodeDescription => ({ name, remedy, retryable });

/** Zaptec's codes in the body of an answer (docs/zaptec-api.md, "Error codes"); the remedies are ours. */
const ZAPTEC: Readonly<Record<number, CodeDescription>> = {
  500: row('Unknown', SUPPORT),
  503: row('MissingRequiredData', 'Add the field that the request lacks'),
  504: row('UnknownSetting', 'Check the name of the setting'),
  505: row('OperationFailedForUnknownReasons', SUPPORT, true),
  506: row('NotApplicableForUser', ROLE),
  507: row('UnknownUser', 'Check the user id'),
  508: row('RfidTokenInUse', 'Remove the card from its present user first'),
  509: row('SignUpTooManyRequests', 'Wait before you sign up again'),
  510: row('EmailInUse', 'Use another e-mail address'),
  511: row('CellPhoneInUse', 'Use another phone number'),
  512: row('UnknownObject', 'Check the id: it may have been removed, or your account may not see it'),
  513: row('InvalidPassword', 'Use a password that follows the rules of the Zaptec portal'),
  514: row('IncorrectPassword', 'Correct the password'),
  515: row('UserActivationLinkExpired', 'Ask for a new activation link in the Zaptec portal'),
  516: row('LinkRequestExpired', 'Ask for a new link in the Zaptec portal'),
  517: row('ChargerDeviceIdExists', 'The serial is registered already: look for it in the Zaptec portal'),
  518: row('UnknownDeviceId', 'Check the serial of the charger'),
  519: row('UnknownCommand', 'Use pause, resume, restart, upgrade-firmware or deauthorize'),
  520: row(
    'ErrorCommunicatingWithDevice',
    'Check that the charger has power and network; it obeys again when it is online',
    true,
  ),
  521: row('StringIsNotAWellFormedVersion', 'Write the version as in 3.2.1.0'),
  522: row('FirmwareVersionExists', 'Use another version'),
  523: row('FirmwareFileExists', 'Use another file'),
  524: row('CreateConflict', 'Read the object again before you change it'),
  525: row('DeviceFirmwareNotConfigured', 'Ask Zaptec support to assign a firmware to this charger'),
  526: row('FeatureNotEnabled', 'Switch the feature on in the Zaptec portal, or ask Zaptec support to enable it'),
  527: row(
    'NotSupported',
    'The installation is governed by automatic power management (Sense), a schedule or eco mode: set its charging mode to manual in the Zaptec portal',
  ),
  528: row(
    'DeviceCommandRejected',
    'The charger is in a state in which this command has no effect: pause works while a car is charging or waiting, resume only after a pause. Read the state before you send it again',
  ),
  529: row('InvalidFormat', 'Correct the format of the value that the text names'),
  530: row('MailSendFailed', LATER, true),
  531: row('ConcurrencyError', 'Somebody else changed the object at the same time: read it again, then repeat', true),
  532: row(
    'ConfigurationError',
    'Check the installation in the Zaptec portal; its configuration contradicts the request',
  ),
  533: row('Forbidden', ROLE),
  534: row('InstallationTypeViolation', 'This type of installation does not allow it (see its type in the portal)'),
  535: row('PaymentFailed', 'Check the payment in the Zaptec portal'),
  536: row('PaymentAuthorizationRequired', 'Authorise the payment in the Zaptec portal'),
  537: row('OperationFailedActiveSubscriptions', 'End the active subscriptions in the Zaptec portal first'),
  538: row('OperationFailedDueToChargerState', 'Wait until the charger has left its present state, then repeat'),
  539: row(
    'InstallationConstraintViolation',
    'Keep within the limits of the installation (circuits, current, chargers)',
  ),
  540: row('UnknownInstallationId', 'Check the id of the installation, and that your account may see it'),
  541: row('UnknownEnergySensorId', 'Check the id of the energy sensor'),
  542: row(
    'UnauthorizedToPerformOcppNativeChanges',
    'The installation uses native OCPP: change it at the OCPP operator',
  ),
};

/** HTTP statuses of answers without a code of Zaptec. */
const HTTP: Readonly<Record<number, CodeDescription>> = {
  204: row('NoAccess', `${ROLE}; if that was done a moment ago, try again in a minute`),
  400: row('BadRequest', 'Correct the field that the text names'),
  401: row(
    'Unauthorized',
    'Zaptec refused a fresh token: check that the account is active by signing in to the portal',
    true,
  ),
  403: row('Forbidden', ROLE),
  404: row('NotFound', 'Check the id: it may have been removed, or your account may not see it'),
  429: row('TooManyRequests', 'Another program uses the same account: give it an account of its own', true),
};

/** Failures that the client itself finds. */
const OURS = {
  AUTH_INVALID: row(
    'WrongCredentials',
    'Correct user name and password; until then the login is tried once an hour, so that the account is not locked',
  ),
  AUTH_MISSING: row('CredentialsMissing', 'Give user name and password'),
  AUTH_UNAVAILABLE: row(
    'LoginUnavailable',
    'Nothing to do: the login service of Zaptec is away, and the login is tried again',
    true,
  ),
  NETWORK: row('NetworkError', 'Check the network, the proxy and the firewall of this machine', true),
  TIMEOUT: row('TimedOut', LATER, true),
  ABORTED: row('Aborted', 'Nothing to do: the caller gave the request up'),
  READ_ONLY: row('ReadOnly', 'Open the connection without read-only if it may change something'),
  ID_INVALID: row('InvalidId', 'Use an id such as 0a1b2c3d-0000-4000-8000-000000000001'),
  OFFLINE: row(
    'ChargerOffline',
    'Check that the charger has power and network; it obeys again when it is online',
    true,
  ),
  UNCONFIRMED: row('Unconfirmed', 'Look at the state of the charger in a minute before you send it again', true),
  STATE_UNKNOWN: row('StateUnknown', 'Send pause or resume, which need no state, or try again in some minutes', true),
  NOT_FOUND: row('UnknownName', 'Check the spelling, or use the id'),
  AMBIGUOUS: row('AmbiguousName', 'Use the id or, for a charger, the serial'),
  INPUT_INVALID: row('InvalidInput', 'Correct the value'),
  CONFIG_INVALID: row('InvalidConfiguration', 'Correct the settings'),
  NOT_DEPLOYED: row('NotDeployed', 'Open the connection, then try again'),
  DESTRUCTIVE: row(
    'NotAllowed',
    'Send the command with chargers.command(); other commands than Zaptec documents are not sent',
  ),
  UNDOCUMENTED: row(
    'UndocumentedEndpoint',
    'Use a documented endpoint, or allow undocumented ones: Zaptec does not support them and may close them',
  ),
  TOO_LARGE: row('AnswerTooLarge', 'Ask for less, for example a shorter period'),
  BAD_ANSWER: row('BadAnswer', 'Check that the address is the Zaptec API and no proxy answers in its place', true),
  EXPIRED: row('Expired', 'Send the command again if it is still wanted'),
  OVERLOADED: row('Overloaded', 'Send fewer requests: more wait than can be sent in half an hour', true),
  BASE_URL_INVALID: row('InvalidAddress', 'Use https://…, or http:// for a simulator on this machine'),
  REDIS_UNAVAILABLE: row(
    'RedisUnavailable',
    'Check the address of Redis, and that the package ioredis is installed',
    true,
  ),
  ROLE_MISSING: row('RoleMissing', ROLE),
  NOT_MANUAL: row(
    'NotManual',
    'Set the charging mode of the installation to manual in the Zaptec portal, or leave the current to what governs it',
  ),
  STAND_ALONE: row('StandAlone', 'Switch the chargers from stand-alone to the installation in the Zaptec portal'),
  TOO_SOON: row(
    'TooSoon',
    'Zaptec asks for 15 minutes between two changes of the current: request the current with current.request(), which waits by itself',
    true,
  ),
  ABOVE_LIMIT: row('AboveLimit', 'Ask for less, or withdraw the limit', true),
  ABOVE_MAXIMUM: row('AboveMaximum', 'Ask for no more than the maximum current of the installation'),
  PHASES_TOO_SOON: row('PhasesTooSoon', 'Leave at least 15 minutes between two changes of the phases', true),
  PHASES_SPENT: row(
    'PhasesSpent',
    'Wait for the next session: a charger switches its phases no more than 5 times in one',
    true,
  ),
  GOVERNED: row('Governed', 'Set the current by POST to /api/installation/{id}/update or /api/chargers/{id}/update'),
  INTERNAL: row('InternalError', 'Please report it with the text of this error'),
} as const satisfies Readonly<Record<string, CodeDescription>>;

/** Every code of an error: ours by name, Zaptec's codes and HTTP statuses by number. Stable, made for switches. */
export type ErrorCode = keyof typeof OURS | `ZAPTEC_${number}` | `HTTP_${number}`;

const OUTAGE = row('ServerError', SUPPORT, true);
const REFUSED = row('HttpError', 'Check the request against the documentation of Zaptec');

/** Name, retryability and remedy of a code such as `ZAPTEC_528`, `HTTP_403` or `TIMEOUT`. */
export function describeCode(code: ErrorCode): CodeDescription {
  const number = Number(/_(\d+)$/.exec(code)?.[1]);
  if (code.startsWith('ZAPTEC_')) return ZAPTEC[number] ?? row('UnknownCode', SUPPORT);
  if (code.startsWith('HTTP_')) return HTTP[number] ?? (number >= 500 ? OUTAGE : REFUSED);
  return (OURS as Readonly<Record<string, CodeDescription>>)[code] ?? row(code, SUPPORT);
}
