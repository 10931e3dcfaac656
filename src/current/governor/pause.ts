import { MINIMUM_A, PHASES } from '../currents';
import type { Currents } from '../types';
import type { GovernorState } from './state';

/** Who has left a pause behind that neither a target nor a limit asks for; undefined where there is no such pause. */
export function leftBy({ known, setpoints, restoring, setBy }: GovernorState): string | undefined {
  const { currents } = known;
  if (!currents || setpoints.combined || restoring || !isPause(currents) || isPause(setpoints.limit)) return undefined;
  return setBy ?? 'somebody else';
}

function isPause(currents: Currents): boolean {
  return PHASES.every((phase) => currents[phase] < MINIMUM_A);
}
