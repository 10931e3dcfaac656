import type { NodeDef, NodeMessageInFlow } from 'node-red';
import {
  ChargePlanner,
  clock,
  parsePrices,
  parseSeries,
  PLAN_RULES,
  type PlanDecision,
  type PlanSettings,
  reportOf,
  zaptecError,
  phrase,
} from '../../src/client';
import { chargerFacts } from '../shared/message';
import type { PlanNodeSettings } from '../shared/properties';
import type { StrategyInput, StrategyKind, StrategyPlace } from '../shared/strategy/kind';
import { isOrder } from '../shared/strategy/orders';
import { isNamed } from '../shared/strategy/stored-chargers';
import { isNoPrice, isPlainText, readBattery, readCar } from './input';
import { planStatus } from './plan-status';

type Settings = PlanNodeSettings & NodeDef;

/** A node that says when a car is to charge, so that it has its energy in time at the least cost. */
export const PLAN_KIND: StrategyKind<Settings, PlanSettings, PlanDecision, ChargePlanner> = {
  rules: PLAN_RULES,
  memoryKey: 'zaptecPlan',
  topics: { act: 'charge', report: 'plan' },
  // Prices and the time when a goal is due are those of the wall clock.
  time: () => clock.wall(),
  create: (settings, calendar) => new ChargePlanner(settings, calendar),
  take: takeMessage,
  async read(planner, place) {
    const { prices, pricesType, seriesFromType } = place.node;
    if (seriesFromType !== 'msg') await takeSeries(planner, place);
    if (pricesType === 'msg') return;
    const found = await place.evaluate(prices, pricesType);
    if (!isNoPrice(found)) planner.setPrices(parsePrices(found, place.now, place.calendar), place.now);
  },
  look(planner, { chargers }) {
    const [car, ...others] = chargers;
    // A name could mean several, and without a reference it is the only charger of the account.
    if (!car || others.length > 0) return {};
    planner.setCar(car.snapshot);
    return chargerFacts(car.known);
  },
  doubt({ chargers, references }) {
    if (chargers.length < 2 || references.charger !== undefined) return undefined;
    return zaptecError(
      'CONFIG_INVALID',
      phrase`The account has ${chargers.length} chargers, and the setting charger is blank`,
      {
        remedy: 'Choose the charger; without it the plan does not know what the car has already, and estimates it',
      },
    );
  },
  show(decision, { calendar, node, settings, dryRun }) {
    const perMwh = node.pricePer === 'MWh';
    const report = reportOf(decision, calendar, { perMwh, dryRun });
    return {
      act: decision.charge,
      // A charger lets another car charge by itself, whatever it was told before.
      actKey: decision.session,
      report: { ...report },
      reportKey: JSON.stringify([decision.code, report.slots.map(({ start, end }) => [start, end])]),
      rows: report.rows,
      status: planStatus(decision, calendar, {
        isHours: settings.goal === 'hours',
        perMwh,
        dryRun,
        now: clock.wall(),
      }),
    };
  },
};

/** The state of a car gets no answer by itself, while everything else does. */
async function takeMessage(planner: ChargePlanner, input: StrategyInput<Settings>): Promise<boolean> {
  const { message, now, calendar, node, evaluate, references } = input;
  const car = readCar(message);
  const isOurs = references.charger === undefined || car?.id === undefined || isNamed(car, references.charger);
  if (car && isOurs) planner.setCar(car);
  const battery = readBattery(message as NodeMessageInFlow & { battery?: unknown });
  if (battery !== undefined) planner.setBattery(battery);
  const hasSeries = await takeSeries(planner, input, message);
  const prices = await evaluate(node.prices, node.pricesType);
  if (isNoPrice(prices) || (isOrder(message) && isPlainText(prices))) return !car || hasSeries;
  planner.setPrices(parsePrices(prices, now, calendar), now);
  return true;
}

/** @returns whether there was a second series. */
async function takeSeries(
  planner: ChargePlanner,
  place: StrategyPlace<Settings>,
  message?: NodeMessageInFlow,
): Promise<boolean> {
  const { now, calendar, node, evaluate } = place;
  const { series } = planner.settings;
  if (series === 'none') return false;
  const found = await evaluate(node.seriesFrom, node.seriesFromType);
  if (isNoPrice(found) || (message && isOrder(message) && isPlainText(found))) return false;
  planner.setSeries(parseSeries(series, found, now, calendar), now);
  return true;
}
