import type { CurrentControl, Decision, RequestSettings } from '../../src/client';
import type { ActionContext } from '../shared/action-node';
import type { UpdateCurrentSettings } from '../shared/properties';
import { readQuantity } from './input';
import type { Place } from './target';

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
export async function submit(utterance: Submission): Promise<Decision> {
  const { client, settings, evaluate, options, control, place, wishes } = utterance;
  const wanted = readQuantity(await evaluate(settings.value, settings.valueType), settings.unit);
  const { currents, assumption } = await client.amperes(place.installationId, wanted, options);
  const decision = await control.request(place.id, { ...wishes, currents });
  const reason = decision.reason ?? assumption;
  return reason === undefined ? decision : { ...decision, reason };
}
