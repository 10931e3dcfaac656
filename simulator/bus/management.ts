import type { Rhea } from './rhea';
import { describe, LOCK_LOST, MESSAGE_NOT_FOUND, UNAUTHORIZED, type Claim } from './conditions';
import { lockOf, lockToken } from './lock-token';
import { encode } from './message-encoding';
import type { Lock, Outcome, Subscription } from './subscription';

/** The answer of the management node. */
export interface ManagementAnswer {
  status: number;
  /** The AMQP condition, which the official clients turn into an error of their own. */
  condition?: string;
  description: string;
  body?: unknown;
}

/** What a request is about. */
interface Request {
  types: Rhea['types'];
  subscription: Subscription;
  /** The connection, which holds the locks. */
  holder: object;
  body: Record<string, unknown>;
}

/** Type codes of AMQP arrays. */
const TIMESTAMP = 0x83;

const OK = 200;
const NO_CONTENT = 204;
const BAD_REQUEST = 400;
const UNAUTHORISED = 401;
const NOT_FOUND = 404;
const GONE = 410;
const NOT_IMPLEMENTED = 501;

/** guess: the real bus answers a peek with no more than this, whatever the client asks for. */
const MAX_PEEKED = 250;
/** A receiver that wants the messages deleted; the other value, 1, locks them. */
const RECEIVE_AND_DELETE = 0;

/** The words of update-disposition for the outcomes of AMQP. "defered" is how Service Bus spells it. */
const OUTCOMES: Readonly<Record<string, Outcome>> = {
  completed: 'completed',
  abandoned: 'abandoned',
  defered: 'deferred',
  suspended: 'deadLettered',
};

const LOST: ManagementAnswer = {
  status: GONE,
  condition: LOCK_LOST,
  description: describe(LOCK_LOST, ''),
};

/** Names the field, its value and the remedy. */
const badField = (field: string, value: unknown, remedy: string): ManagementAnswer => ({
  status: BAD_REQUEST,
  condition: 'com.microsoft:argument-error',
  description: `${field}: ${value === undefined ? 'nothing' : JSON.stringify(value)} is not possible; ${remedy}`,
});

const ok = (body: unknown): ManagementAnswer => ({ status: OK, description: 'OK', body });

const isCount = (value: unknown): value is number => Number.isSafeInteger(value);

/** Every operation acts on all messages or, where one is lost, on none. */
function locksOf({ subscription, body }: Request): Lock[] | ManagementAnswer {
  const tokens = body['lock-tokens'];
  if (!Array.isArray(tokens) || tokens.length === 0) return badField('lock-tokens', tokens, 'send an array of UUIDs');
  const locks = tokens.map((token) => subscription.lock(lockOf(token) ?? 0));
  return locks.every((lock) => lock !== undefined) ? locks : LOST;
}

function renewLock(request: Request): ManagementAnswer {
  const locks = locksOf(request);
  if (!Array.isArray(locks)) return locks;
  const ends = locks.map((lock) => request.subscription.renew(lock));
  return ok({ expirations: request.types.wrap_array(ends, TIMESTAMP, undefined) });
}

function updateDisposition(request: Request): ManagementAnswer {
  const status = request.body['disposition-status'];
  const outcome = typeof status === 'string' ? OUTCOMES[status] : undefined;
  if (!outcome) return badField('disposition-status', status, `use ${Object.keys(OUTCOMES).join(', ')}`);
  const locks = locksOf(request);
  if (!Array.isArray(locks)) return locks;
  for (const lock of locks) request.subscription.settle(lock, outcome);
  return ok(undefined);
}

function peek({ subscription, body }: Request): ManagementAnswer {
  const { 'from-sequence-number': from, 'message-count': count } = body;
  if (!isCount(from)) return badField('from-sequence-number', from, 'send a whole number');
  if (!isCount(count) || count < 1) return badField('message-count', count, 'send a whole number from 1');
  const messages = subscription.peek(from, Math.min(count, MAX_PEEKED));
  if (messages.length === 0) return { status: NO_CONTENT, description: 'No messages.' };
  return ok({ messages: messages.map((message) => ({ message: encode(message) })) });
}

function receiveBySequenceNumber({ types, subscription, holder, body }: Request): ManagementAnswer {
  const { 'sequence-numbers': sequences, 'receiver-settle-mode': mode } = body;
  if (!Array.isArray(sequences) || !sequences.every(isCount)) {
    return badField('sequence-numbers', sequences, 'send an array of whole numbers');
  }
  const taken = subscription.takeDeferred(sequences, mode === RECEIVE_AND_DELETE ? undefined : holder);
  if (!taken) {
    const description = 'A message with such a sequence number is not deferred, or has expired.';
    return { status: NOT_FOUND, condition: MESSAGE_NOT_FOUND, description };
  }
  const messages = taken.map(({ message, lock }) => ({
    message: encode(message, lock?.until),
    ...(lock && { 'lock-token': types.wrap_uuid(lockToken(lock.id, message.sequence)) }),
  }));
  return ok({ messages });
}

/** The operations of a receiver. Sessions are missing, because the subscriptions of Zaptec have none (guess). */
const OPERATIONS: Readonly<Record<string, (request: Request) => ManagementAnswer>> = {
  'com.microsoft:peek-message': peek,
  'com.microsoft:renew-lock': renewLock,
  'com.microsoft:update-disposition': updateDisposition,
  'com.microsoft:receive-by-sequence-number': receiveBySequenceNumber,
};

/** The operations for which the key lacks a right: guess, it can only listen. */
const MISSING_CLAIMS: Readonly<Record<string, Claim>> = {
  'com.microsoft:schedule-message': 'Send',
  'com.microsoft:cancel-scheduled-message': 'Send',
  'com.microsoft:add-rule': 'Manage',
  'com.microsoft:remove-rule': 'Manage',
  'com.microsoft:enumerate-rules': 'Manage',
};

export const refuseManagement = (address: string, claim: Claim): ManagementAnswer => ({
  status: UNAUTHORISED,
  condition: UNAUTHORIZED,
  description: describe(UNAUTHORIZED, address, claim),
});

/** Answers a request to the management node of a subscription, or of its topic. */
export function manage(operation: string, address: string, request: Request): ManagementAnswer {
  const claim = MISSING_CLAIMS[operation];
  if (claim) return refuseManagement(address, claim);
  const handle = OPERATIONS[operation];
  if (handle) return handle(request);
  const description = `operation: '${operation}' is not part of the simulator; use ${Object.keys(OPERATIONS).join(', ')}.`;
  return { status: NOT_IMPLEMENTED, condition: 'amqp:not-implemented', description };
}
