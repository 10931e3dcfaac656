import type { NodeDef } from 'node-red';
import {
  clock,
  SURPLUS_RULES,
  type SurplusDecision,
  type SurplusSettings,
  shownValue,
  SurplusStrategy,
  zaptecError,
  phrase,
} from '../../src/client';
import { mayOverride } from '../shared/message';
import type { SurplusNodeSettings } from '../shared/properties';
import type { StrategyInput, StrategyKind } from '../shared/strategy/kind';
import { readMode, readReading } from './input';
import { surplusReport } from './surplus-report';
import { surplusStatus } from './surplus-status';
import { installationOf, storedPower } from './stored-power';

type Settings = SurplusNodeSettings & NodeDef;

/** A node that says how much a car may charge, so that it gets the most of the sun. */
export const SURPLUS_KIND: StrategyKind<Settings, SurplusSettings, SurplusDecision, SurplusStrategy> = {
  rules: SURPLUS_RULES,
  memoryKey: 'zaptecSurplus',
  topics: { act: 'current', report: 'surplus' },
  // Delays and ages must not follow a clock that is set.
  time: () => clock.now(),
  create: (settings, calendar) => new SurplusStrategy(settings, calendar),
  take: takeMessage,
  look(strategy, { chargers, now }) {
    strategy.setChargers(storedPower(chargers), now);
    return installationOf(chargers);
  },
  show(decision, { dryRun }) {
    const { currentA, code, reason } = decision;
    // What is missing is news, though nothing is decided by it.
    const missing = code === 'no-input' || code === 'no-meter' ? reason : undefined;
    return {
      act: currentA === undefined ? undefined : { value: currentA, unit: 'A' },
      report: surplusReport(decision, dryRun),
      reportKey: JSON.stringify([code, currentA, missing]),
      status: surplusStatus(decision, dryRun),
    };
  },
};

/** A reading of the meter gets an answer when it changes something; a mode by message, and a trigger, in any case. */
async function takeMessage(strategy: SurplusStrategy, input: StrategyInput<Settings>): Promise<boolean> {
  const { message, node, now } = input;
  const mode = mayOverride('mode', node) ? readMode(message) : undefined;
  if (mode !== undefined) strategy.setMode(mode);
  const reading = await readReading(input);
  const problem = strategy.take(reading, now);
  if (problem === undefined) return reading.grid === undefined;
  throw zaptecError('INPUT_INVALID', phrase`${problem}: ${node.gridType} ${node.grid} is ${shownValue(reading.grid)}`, {
    remedy: 'Send a number, or a text such as "1250" or "1.2 kW"; the last good value counts for a while',
  });
}
