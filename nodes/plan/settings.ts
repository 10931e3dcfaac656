import { type PlanSettings, zaptecError } from '../../src/client';
import type { PlanNodeSettings } from '../shared/properties';

/**
 * The settings of the dialog as the planner takes them.
 * @throws ZaptecError `INPUT_INVALID`
 */
export function planSettings(settings: PlanNodeSettings): PlanSettings {
  const { goal, amount, capacityKwh, by, days, powerKw, force, onePiece, leastRun, buffer } = settings;
  const maxPrice = highestPrice(settings.maxPrice);
  return { goal, amount, capacityKwh, by, days, powerKw, maxPrice, force, onePiece, leastRun, buffer };
}

function highestPrice(text: string): number | undefined {
  if (text.trim() === '') return undefined;
  const price = Number(text.trim().replace(',', '.'));
  if (Number.isFinite(price)) return price;
  throw zaptecError('INPUT_INVALID', `The highest price is "${text.slice(0, 20)}", no number`, {
    remedy: 'Give a number, or leave it blank for any price',
  });
}
