import { isZaptecError, type ZaptecError } from '../errors/zaptec-error';
import type { MessageSource } from './bus/message-source';
import { phrase } from '../errors/phrase';

/** Every code of a feed's status, stable and made for switches. */
export const FEED_ERROR_CODES = [
  'AUTH_INVALID',
  'AUTH_MISSING',
  'BUS_AUTH',
  'BUS_BAD_DETAILS',
  'BUS_CUT',
  'BUS_NOT_ENABLED',
  'BUS_NOT_ENCRYPTED',
  'BUS_NO_ANSWER',
  'BUS_NO_DETAILS',
  'BUS_NO_PROXY',
  'BUS_NO_ROLE',
  'BUS_NO_WEBSOCKET',
  'BUS_REFUSED',
  'BUS_REMOVED',
  'BUS_SILENT',
  'BUS_SLOW',
  'BUS_UNKNOWN',
  'BUS_UNREACHABLE',
] as const;

export type FeedErrorCode = (typeof FEED_ERROR_CODES)[number];

/** Why messages do not come, in our own words: texts of the bus may carry the key. */
export interface FeedError {
  code: FeedErrorCode;
  text: string;
  remedy: string;
  /** It does not pass unless a person does something. */
  lasting: boolean;
}

const PASSES = 'Nothing to do: it is tried again by itself, and the state is read meanwhile';
const FIREWALL =
  'Allow outgoing connections to port 5671 of *.servicebus.windows.net, or choose the transport WebSocket (443)';

const feedError = (code: FeedErrorCode, text: string, remedy = PASSES, lasting = false): FeedError => ({
  code,
  text,
  remedy,
  lasting,
});

export const FEED_ERRORS = {
  cut: feedError('BUS_CUT', 'The connection to the message bus was cut'),
  noAnswer: feedError('BUS_NO_ANSWER', 'The message bus did not answer', FIREWALL),
  slow: feedError('BUS_SLOW', 'The message bus cannot be reached yet'),
  silent: feedError('BUS_SILENT', 'No message came although a charger has changed'),
  waiting: feedError(
    'BUS_SILENT',
    'The stream was silent; it was opened again and counts as live with its next message',
  ),
  unreachable: feedError('BUS_UNREACHABLE', 'The message bus cannot be reached', FIREWALL),
  refusedKey: feedError('BUS_AUTH', 'The message bus refused the key; a fresh one is loaded'),
  refused: feedError(
    'BUS_REFUSED',
    'The message bus refuses this program at present: its key is no longer good, or too many programs are connected',
    'It is tried again by itself with a fresh key. If it stays, stop other programs that read the same subscription',
  ),
  removed: feedError(
    'BUS_REMOVED',
    'The subscription is gone: Zaptec removes it after 14 days without use',
    'Nothing to do: loading the connection details brings it back. If it stays away, press "Load connection details" in the Zaptec portal',
  ),
  noWebSocket: feedError(
    'BUS_NO_WEBSOCKET',
    'The transport WebSocket needs Node.js 22, or the package ws',
    'Install the package ws next to this one (npm install ws), or choose another transport',
    true,
  ),
  noProxy: feedError(
    'BUS_NO_PROXY',
    'The message bus cannot be reached: neither AMQP nor the transport WebSocket uses the proxy of HTTPS_PROXY',
    'Allow outgoing connections without the proxy to port 443 or 5671 of *.servicebus.windows.net; the state is read through the proxy meanwhile',
  ),
  badDetails: feedError(
    'BUS_BAD_DETAILS',
    'Zaptec gave connection details that cannot be used',
    'Ask Zaptec support about the message subscription if it stays',
  ),
  notEncrypted: feedError(
    'BUS_NOT_ENCRYPTED',
    'The connection details demand a connection without encryption to another machine, which would show the key to everybody',
    'Ask Zaptec support about the message subscription; only a simulator on this machine may go without encryption',
    true,
  ),
} as const;

/** Carries a feed error through code that throws. */
export class FeedFailure extends Error {
  readonly feedError: FeedError;

  constructor(error: FeedError) {
    super(error.text);
    this.feedError = error;
  }
}

/** The feed error for connection details that could not be loaded or used. */
export function feedErrorOf(error: unknown, source: MessageSource): FeedError {
  if (error instanceof FeedFailure) return error.feedError;
  return isZaptecError(error) ? errorOfDetails(error, source) : FEED_ERRORS.badDetails;
}

/** docs/service-bus.md, "Connection details". */
function errorOfDetails(error: ZaptecError, source: MessageSource): FeedError {
  const { group, whose } = wordsFor(source);
  const { status, name, remedy, retryable } = error.cause;
  if (error.code === 'ZAPTEC_526') {
    return feedError(
      'BUS_NOT_ENABLED',
      phrase`Messages are not enabled for ${whose}`,
      group
        ? 'Ask Zaptec support to enable message subscription for this user group'
        : 'Switch on the message subscription in the advanced settings of the installation in the Zaptec portal, or ask Zaptec support to enable it for your user group',
      true,
    );
  }
  if (status === 403 || name === 'Forbidden' || error.code === 'HTTP_204') {
    return feedError(
      'BUS_NO_ROLE',
      phrase`This account may not receive the messages of ${whose}`,
      group
        ? 'Ask an owner of the user group to make this account an owner of it'
        : 'Ask the owner of the installation for the owner or service role in the Zaptec portal',
      true,
    );
  }
  if (status === 404 || error.code === 'ZAPTEC_512') {
    return feedError(
      'BUS_UNKNOWN',
      phrase`Zaptec does not know ${whose}`,
      group
        ? 'Check the id of the user group'
        : 'Check the id of the installation: it may have been removed, or this account may not see it',
      true,
    );
  }
  if (error.code === 'AUTH_INVALID' || error.code === 'AUTH_MISSING') {
    return feedError(error.code, 'Zaptec refuses the user name or the password', remedy, true);
  }
  return retryable || (status ?? 0) >= 500
    ? feedError('BUS_NO_DETAILS', phrase`The connection details of ${whose} cannot be loaded (${error.code})`)
    : feedError('BUS_NO_DETAILS', phrase`The connection details of ${whose} cannot be loaded (${error.code})`, remedy);
}

/** The error of a WebSocket that has never opened where the environment demands a proxy, which it does not use. */
export function withoutProxy(error: FeedError): FeedError {
  return NOT_OPENED.includes(error.code) ? FEED_ERRORS.noProxy : error;
}

const NOT_OPENED: readonly FeedErrorCode[] = ['BUS_CUT', 'BUS_NO_ANSWER', 'BUS_UNREACHABLE'];

/** The feed error for an error of the SDK, whose code and `retryable` are not reliable enough for finer differences. */
export function feedErrorOfBus(error: unknown): FeedError {
  const { code, name, message } = words(error);
  const all = `${code} ${name} ${message}`;
  if (/MessagingEntityNotFound|not-found|MessagingEntityDisabled/i.test(all)) return FEED_ERRORS.removed;
  if (/unauthori|Authentication|InvalidSignature|\b401\b|token/i.test(all)) return FEED_ERRORS.refusedKey;
  if (/QuotaExceeded|resource-limit|\b403\b/i.test(all)) return FEED_ERRORS.refused;
  if (/ECONNREFUSED|ENOTFOUND|EAI_AGAIN|ETIMEDOUT|EHOSTUNREACH|ENETUNREACH|Unable to open/i.test(all)) {
    return FEED_ERRORS.unreachable;
  }
  return FEED_ERRORS.cut;
}

function wordsFor(source: MessageSource): { group: boolean; whose: string } {
  const group = source.kind === 'group';
  return { group, whose: phrase`${group ? 'user group' : 'installation'} ${source.id}` };
}

function words(error: unknown): { code: string; name: string; message: string } {
  const { code, name, message, errors } = (error ?? {}) as Record<string, unknown>;
  const inner = Array.isArray(errors) ? errors.map((e) => words(e).message).join(' ') : '';
  const text = (value: unknown) => (typeof value === 'string' ? value : '');
  return { code: text(code), name: text(name), message: `${text(message)} ${inner}` };
}
