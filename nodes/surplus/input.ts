import type { NodeMessageInFlow } from 'node-red';
import {
  isMode,
  readGridPower,
  shownValue,
  type SurplusInput,
  type SurplusMode,
  zaptecError,
  phrase,
} from '../../src/client';
import type { SurplusNodeSettings } from '../shared/properties';
import { isOrder } from '../shared/strategy/orders';
import type { Evaluate } from '../shared/typed-input';

/**
 * Reads `msg.mode`; undefined where the message has none.
 * @throws ZaptecError `INPUT_INVALID`
 */
export function readMode(message: NodeMessageInFlow): SurplusMode | undefined {
  const { mode } = message as { mode?: unknown };
  if (mode === undefined) return undefined;
  const word = typeof mode === 'string' ? mode.trim().toLowerCase() : mode;
  if (isMode(word)) return word;
  throw zaptecError('INPUT_INVALID', phrase`msg.mode is ${shownValue(mode)}`, {
    remedy: 'Send "sun", "sun-and-least", "fast" or "off"',
  });
}

interface Context {
  message: NodeMessageInFlow;
  node: SurplusNodeSettings;
  evaluate: Evaluate;
}

/** What a message brings of the powers that the dialog names. A blank place brings nothing. */
export async function readReading({ message, node, evaluate }: Context): Promise<SurplusInput> {
  const isForSettings = isOrder(message) || 'mode' in message;
  /** A path through something that is no object leads to a value that is missing. */
  const at = async (place: string, type: string): Promise<unknown> => {
    try {
      return place.trim() === '' ? undefined : await evaluate(place, type);
    } catch (thrown) {
      if (type === 'msg' || isForSettings) return null;
      throw thrown;
    }
  };
  const grid = await at(node.grid, node.gridType);
  // The payload of an order is that of an inject node or a dashboard, and mostly no power.
  if (grid === undefined || (isForSettings && readGridPower(grid, node.unit) === undefined)) return {};
  // With a reading of the meter a place that is empty is a value that is missing.
  const beside = async (place: string, type: string): Promise<unknown> =>
    place.trim() === '' ? undefined : ((await at(place, type)) ?? null);
  return {
    grid,
    chargers: await beside(node.chargersPower, node.chargersPowerType),
    house: await beside(node.house, node.houseType),
    battery: await beside(node.battery, node.batteryType),
    batteryLevel: await beside(node.batteryLevel, node.batteryLevelType),
  };
}
