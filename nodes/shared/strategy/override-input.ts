import type { NodeMessageInFlow } from 'node-red';
import { type Calendar, type OverrideChoice, readTime, shownValue, zaptecError, phrase } from '../../../src/client';

const CHOICES: readonly OverrideChoice[] = ['on', 'off', 'auto'];
const TIME_OF_DAY = /^([01]?\d|2[0-3]):([0-5]\d)$/;

/** What a person decides by message, and until when, ms since 1970. */
export interface OverrideInput {
  to: OverrideChoice;
  until: number | undefined;
}

/**
 * Reads `msg.override` and `msg.until`; undefined where the message has none.
 * @throws ZaptecError `INPUT_INVALID`
 */
export function readOverride(message: NodeMessageInFlow, now: number, calendar: Calendar): OverrideInput | undefined {
  const { override, until } = message as NodeMessageInFlow & { override?: unknown; until?: unknown };
  if (override === undefined) return undefined;
  const word = typeof override === 'string' ? override.trim().toLowerCase() : override;
  const to = CHOICES.find((choice) => choice === word);
  if (to === undefined) {
    throw zaptecError('INPUT_INVALID', phrase`msg.override is ${shownValue(override)}`, {
      remedy: 'Send "on", "off" or "auto"',
    });
  }
  if (until === undefined || until === null || until === '') return { to, until: undefined };
  const at = untilOf(until, now, calendar);
  if (at !== undefined && (at > now || to === 'auto')) return { to, until: at };
  if (at !== undefined) {
    throw zaptecError('INPUT_INVALID', phrase`msg.until is ${shownValue(until)}, which has passed`, {
      remedy: phrase`Send a time after ${calendar.iso(now)}, or "auto" to end the override`,
    });
  }
  throw zaptecError('INPUT_INVALID', phrase`msg.until is ${shownValue(until)}, no time`, {
    remedy: 'Send a time such as "22:00", an ISO 8601 text or ms since 1970',
  });
}

function untilOf(until: unknown, now: number, calendar: Calendar): number | undefined {
  const [, hours, minutes] = typeof until === 'string' ? (TIME_OF_DAY.exec(until.trim()) ?? []) : [];
  if (hours === undefined) return readTime(until, calendar);
  const minute = Number(hours) * 60 + Number(minutes);
  const today = calendar.timeOfDay(now, minute);
  return today > now ? today : calendar.timeOfDay(now, minute, 1);
}
