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

/** Its whole numbers in a JSON text. No text in it can look like that: in one there is a backslash before each quote. */
const patternOf = (names: readonly string[]): RegExp => new RegExp(`("(?:${names.join('|')})":-?\\d+)(?=[,}])`, 'g');
const PATTERNS = new Map(Object.entries(DOUBLES).map(([model, names]) => [model, patternOf(names)]));

/** The JSON of a model as the cloud prints its numbers (docs/zaptec-api.md, "Conventions"). */
export function jsonOf(value: unknown, model: ModelName): string {
  const text = JSON.stringify(value);
  const pattern = PATTERNS.get(model);
  return pattern ? text.replace(pattern, '$1.0') : text;
}
