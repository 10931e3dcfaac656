import { zaptecError } from '../errors/zaptec-error';
import { modelOf } from '../zaptec/device';
import { isObject } from '../zaptec/json';
import { readNumber } from '../zaptec/values';
import { phrase } from '../errors/phrase';

/**
 * When chargers that can go from three phases to one, in place of magic numbers: never, always, or below so many A of
 * available current (docs/zaptec-api.md, "Installation settings" and "Phase switching").
 */
export type PhaseChoice = 'always-three' | 'always-one' | { below: number };

const ALWAYS_THREE = 0;
const ALWAYS_ONE = 32;
const THRESHOLD_A = { least: 6, most: 31 };

/** The value of `threeToOnePhaseSwitchCurrent`, in A. @throws ZaptecError `INPUT_INVALID` */
export function thresholdOf(choice: unknown): number {
  if (choice === 'always-three') return ALWAYS_THREE;
  if (choice === 'always-one') return ALWAYS_ONE;
  const given = isObject(choice) ? choice['below'] : undefined;
  const below = typeof given === 'string' ? readNumber(given) : given;
  if (typeof below === 'number' && below >= THRESHOLD_A.least && below <= THRESHOLD_A.most) return below;
  throw zaptecError('INPUT_INVALID', 'phases is none of the choices', {
    remedy: phrase`Give "always-three", "always-one" or {"below": 8}, with ${THRESHOLD_A.least} to ${THRESHOLD_A.most} A`,
  });
}

/**
 * Go 2 and Pro change their phases; a Go does not within a session (docs/zaptec-api.md, "Phase switching"). An unknown
 * model might, and so might what is only guessed to be a Home.
 */
export function canSwitchPhases({ deviceId, deviceType }: { deviceId?: string; deviceType?: number }): boolean {
  const model = modelOf(deviceId, deviceType);
  return model === undefined || model === 'Home' || model === 'Go 2' || model === 'Pro';
}

/**
 * The name of a choice becomes the value that Zaptec knows.
 * @throws ZaptecError `INPUT_INVALID`
 */
export function withThreshold(settings: unknown): unknown {
  if (!isObject(settings) || settings['phases'] === undefined) return settings;
  const { phases, ...others } = settings;
  if ('threeToOnePhaseSwitchCurrent' in others) {
    throw zaptecError('INPUT_INVALID', 'phases together with threeToOnePhaseSwitchCurrent', {
      remedy: 'Give either of them: they are the same setting',
    });
  }
  return { ...others, threeToOnePhaseSwitchCurrent: thresholdOf(phases) };
}
