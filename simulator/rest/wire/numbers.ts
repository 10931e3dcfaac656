import type { ModelName } from './optional-fields';

/** The fields that are double in Zaptec's models, by model: a whole one is printed with its decimal, such as `32.0`. */
const DOUBLES: Partial<Record<ModelName, readonly string[]>> = {
  installation: [
    'MaxCurrent',
    'AvailableCurrent',
    'AvailableCurrentPhase1',
    'AvailableCurrentPhase2',
    'AvailableCurrentPhase3',
    'ThreeToOnePhaseSwitchCurrent',
    'DefaultThreeToOneSwitchCurrent',
    'Feature_PowerManagement_EcoMode_MinEnergy',
    'Latitude',
    'Longitude',
  ],
  charger: ['SignedMeterValueKwh', 'PropertyPrioritizedCurrent'],
  history: ['Energy', 'energy'],
  archived: ['energy'],
};

/** From Unicode's private use area, so that it occurs in no name. */
const MARK = '\ue000';
const MARKED = new RegExp(`"${MARK}(-?\\d+)"`, 'g');

/** The JSON of a model as the cloud prints its numbers (docs/zaptec-api.md, "Conventions"). */
export function jsonOf(value: unknown, model: ModelName): string {
  const doubles = DOUBLES[model] ?? [];
  const text = JSON.stringify(value, (key, inner: unknown) =>
    Number.isInteger(inner) && doubles.includes(key) ? `${MARK}${String(inner)}` : inner,
  );
  return text.replace(MARKED, '$1.0');
}
