import type { NodeDef } from 'node-red';
import {
  clock,
  guardReportOf,
  LOAD_GUARD_RULES,
  LoadGuard,
  type LoadGuardDecision,
  type LoadGuardSettings,
  meterError,
  readMeter,
} from '../../src/client';
import type { LoadGuardNodeSettings } from '../shared/properties';
import type { Seen, StrategyInput, StrategyKind } from '../shared/strategy/kind';
import { isOrder } from '../shared/strategy/orders';
import { isNamed } from '../shared/strategy/stored-chargers';
import { currentsOf, readCars } from './guard-input';
import { guardStatus } from './guard-status';

type Settings = LoadGuardNodeSettings & NodeDef;

/** A node that keeps a fuse, or a capacity tariff, by a limit for the cars. */
export const LOAD_GUARD_KIND: StrategyKind<Settings, LoadGuardSettings, LoadGuardDecision, LoadGuard> = {
  rules: LOAD_GUARD_RULES,
  memoryKey: 'zaptecLoadGuard',
  topics: { act: 'limit', report: 'load' },
  time: () => clock.now(),
  create: (settings, calendar) => new LoadGuard(settings, calendar),
  take: takeMessage,
  look(guard, seen) {
    guard.setWallLead(clock.wall(seen.now) - seen.now);
    guard.awaitCars();
    guard.setCars(
      seen.chargers.map(({ known, snapshot, confirmedMs }) =>
        currentsOf({ ...known, ...snapshot, id: known.id }, seen.now - confirmedMs),
      ),
    );
    const applied = appliedOf(seen);
    if (applied) guard.setApplied(applied, seen.now);
    return {};
  },
  show(decision, { calendar, dryRun }) {
    const { code, limit, phases } = decision;
    return {
      act: limit && { kind: 'limit', unit: 'A', ...limit },
      report: { ...guardReportOf(decision, calendar, dryRun) },
      reportKey: JSON.stringify([code, limit, phases.map((phase) => phase.code)]),
      status: guardStatus(decision, dryRun),
    };
  },
};

interface Reading extends ReturnType<typeof readMeter> {
  /** Why there is no value at all. */
  error?: Error;
}

/** The value of a meter gets an answer, so that the dead man's switch after it knows that the meter lives. */
async function takeMessage(guard: LoadGuard, input: StrategyInput<Settings>): Promise<boolean> {
  const { message, now, node, evaluate } = input;
  guard.setWallLead(clock.wall(now) - now);
  const cars = readCars(message, now);
  if (cars) guard.setCars(cars);
  const value = await evaluate(node.meter, node.meterType);
  if (value === undefined || (cars && node.meterType === 'msg' && !('cars' in message))) return false;
  const { phases, voltage, mode } = guard.settings;
  const needs = mode === 'fuse' ? 'phases' : 'power';
  const options = { unit: node.unit, phases: Number(phases), voltage, needs } as const;
  const { problem, error, ...reading } = readSafely(value, options);
  const isNothing = reading.kw === undefined && Object.keys(reading.currents).length === 0;
  if (isNothing && isOrder(message)) return false;
  guard.setMeter(reading, now);
  if (guard.noteProblem(problem, now)) throw error ?? meterError(problem);
  return problem === '';
}

/** A value that is none at all is a problem as well. */
function readSafely(value: unknown, options: Parameters<typeof readMeter>[1]): Reading {
  try {
    return readMeter(value, options);
  } catch (error) {
    if (!(error instanceof Error)) throw error;
    return { currents: {}, problem: error.message, error };
  }
}

/** What is set at the one installation, or the one charger, that is meant. */
function appliedOf({ client, references, chargers }: Seen): ReturnType<typeof client.current.applied> {
  if (references.charger !== undefined) {
    const [only, ...others] = chargers;
    return only && others.length === 0 ? client.chargerCurrent.applied(only.known.id) : undefined;
  }
  const [id, ...others] = new Set(chargers.map(({ known }) => known.installationId));
  if (others.length > 0) return undefined;
  if (id !== undefined || references.installation === undefined) {
    // While no charger is known, there may be only one installation whose current is set.
    return client.current.applied(id);
  }
  const { installation } = references;
  const named = client.known.installations?.data.find((known) => isNamed(known, installation));
  return named && client.current.applied(named.id);
}
