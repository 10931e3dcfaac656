import { type Currents, type Decision, MINIMUM_A } from '../../src/client';
import type { SubmittedDecision } from './submit';
import { topicOf, type Facts } from '../shared/message';
import type { Item } from '../shared/output';
import { failureStatus, type StatusDescription } from '../shared/status';

/** What a decision becomes at each of the two outputs. */
export interface Told {
  applied?: Item;
  decided?: Item;
}

const MINUTE = 60_000;
const GREEN = { fill: 'green', shape: 'dot' } as const;
const WAITING = { fill: 'yellow', shape: 'ring' } as const;
const ODD = { fill: 'yellow', shape: 'dot' } as const;

/** The first output tells what the cloud has, the second everything that is not plainly that. */
export function told(decision: Decision, about: Facts): Told {
  const { decision: result, requested, applied, until, error } = decision;
  const reason = decision.reason ?? error?.message;
  const facts: Facts = { ...about, result, ...(reason === undefined ? {} : { reason }) };
  const topic = topicOf(about, 'current');
  const has = result === 'applied' || result === 'unchanged' || result === 'lowered-early';
  const first = has && requested && applied ? { payload: { requested, applied, unit: 'A' }, facts, topic } : undefined;
  const plain = result === 'applied' || result === 'unchanged';
  const second = plain
    ? undefined
    : {
        payload: {
          decision: result,
          ...(requested ? { requested } : {}),
          ...(applied ? { applied } : {}),
          ...(until === undefined ? {} : { until }),
        },
        facts,
        topic,
      };
  return { ...(first ? { applied: first } : {}), ...(second ? { decided: second } : {}) };
}

/** A decision as a status; undefined where what was shown before still holds. */
export function decisionStatus(
  decision: SubmittedDecision,
  { dryRun, now }: { dryRun: boolean; now: number },
): StatusDescription | undefined {
  const { requested, applied, until, error } = decision;
  const a = amperes(applied ?? requested);
  if (decision.isUnitDoubtful && decision.decision !== 'refused') return { ...ODD, key: 'unit', parameters: { a } };
  switch (decision.decision) {
    case 'applied':
    case 'unchanged':
    case 'lowered-early':
      if (dryRun) return { ...WAITING, key: 'dry', parameters: { a } };
      return { ...GREEN, key: isPause(applied ?? requested) ? 'too-little' : 'applied', parameters: { a } };
    case 'deferred':
      return {
        ...WAITING,
        key: 'waiting',
        parameters: { a: amperes(requested), min: until === undefined ? '?' : minutesTo(until, now) },
      };
    case 'dropped':
      return { ...GREEN, key: isPause(applied) ? 'too-little' : 'dropped', parameters: { a } };
    case 'capped':
      return { ...ODD, key: 'capped', parameters: { a } };
    case 'dead-man':
      return { ...WAITING, key: 'dead-man', parameters: { a: amperes(requested) } };
    case 'foreign-change':
      return { ...ODD, key: 'foreign', parameters: { a } };
    case 'not-following':
      return { ...ODD, key: 'not-following' };
    case 'refused':
      return failureStatus(error?.code ?? 'REFUSED');
    case 'superseded':
      return undefined;
  }
}

/** Below 6 A nothing flows (`zaptec-api.md` 7.3). */
function isPause(currents: Currents | undefined): boolean {
  return currents !== undefined && Math.max(currents.phase1, currents.phase2, currents.phase3) < MINIMUM_A;
}

function minutesTo(until: string, now: number): number {
  return Math.max(1, Math.ceil((Date.parse(until) - now) / MINUTE));
}

/** One number where all phases are alike. */
function amperes(currents: Currents | undefined): string {
  if (!currents) return '?';
  const { phase1, phase2, phase3 } = currents;
  const parts = [phase1, phase2, phase3].map((ampere) => String(Math.round(ampere * 10) / 10));
  return new Set(parts).size === 1 ? String(parts[0]) : parts.join('/');
}
