import type { CurrentControl, Decision, RequestSettings } from '../../src/client';
import type { ActionContext } from '../shared/action-node';
import type { UpdateCurrentSettings } from '../shared/properties';
import { readQuantity } from './input';
import type { Place } from './target';

/** A power of less than this on each phase is no power for a car, but a current in the wrong unit, in A. */
const LEAST_POWER_A = 0.1;

/** The first decision about a value; its unit is doubtful where the power is too little to mean anything. */
export type SubmittedDecision = Decision & { isUnitDoubtful?: boolean };

type Submission = Pick<ActionContext<UpdateCurrentSettings>, 'client' | 'settings' | 'evaluate' | 'options'> & {
  control: CurrentControl;
  place: Place;
  wishes: RequestSettings;
};

/**
 * Makes the value of a message a wish of the node.
 * @returns the first decision about it, with what was assumed to get from power to current.
 * @throws ZaptecError `INPUT_INVALID` and what keeps the installation from being read.
 */
export async function submit(utterance: Submission): Promise<SubmittedDecision> {
  const { client, settings, evaluate, options, control, place, wishes } = utterance;
  const wanted = readQuantity(await evaluate(settings.value, settings.valueType), settings.unit);
  const { currents, assumption } = await client.amperes(place.installationId, wanted, options);
  const decision = await control.request(place.id, { ...wishes, currents });
  const most = Math.max(currents.phase1, currents.phase2, currents.phase3);
  if (wanted.unit !== 'A' && most > 0 && most < LEAST_POWER_A) {
    const value = 'value' in wanted ? wanted.value : Math.max(...(Object.values(wanted.phases) as number[]));
    return { ...decision, reason: `${value} ${wanted.unit} is less than 0.1 A: A meant?`, isUnitDoubtful: true };
  }
  const reason = decision.reason ?? assumption;
  return reason === undefined ? decision : { ...decision, reason };
}
