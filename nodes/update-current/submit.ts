import type { CurrentControl, Decision, RequestSettings } from '../../src/client';
import type { ActionContext } from '../shared/action-node';
import type { UpdateCurrentSettings } from '../shared/properties';
import { readQuantity } from './input';
import type { Target } from './target';

type Submission = Pick<ActionContext<UpdateCurrentSettings>, 'client' | 'settings' | 'evaluate' | 'options'> & {
  control: CurrentControl;
  target: Target;
  requested: RequestSettings;
};

/**
 * Requests the current that a message asks for.
 * @returns the first decision about it, with what was assumed to get from power to current.
 * @throws ZaptecError `INPUT_INVALID` and what keeps the installation from being read.
 */
export async function submit(utterance: Submission): Promise<Decision> {
  const { client, settings, evaluate, options, control, target, requested } = utterance;
  const quantity = readQuantity(await evaluate(settings.value, settings.valueType), settings.unit);
  const { currents, assumption } = await client.amperes(target.installationId, quantity, options);
  const decision = await control.request(target.id, { ...requested, currents });
  const reason = decision.reason ?? assumption;
  return reason === undefined ? decision : { ...decision, reason };
}
