import { MAX_FLEET, SCENARIOS } from '../scenarios';
import { field } from './form';
import type { NodeBase } from './red';
import { fillSelect } from './select';
import { word } from './words';

const isFleet = (scenario: string): boolean => /^fleet(:|$)/.test(scenario);
const OFFERED = 'fleet:250';

/** The list of scenarios. A fleet has any number of chargers: a number beside the list is a part of its value. */
export const scenarioField = (node: NodeBase, saved: string): void => {
  const fleet = isFleet(saved) ? saved : OFFERED;
  fillSelect(node, 'scenario', SCENARIOS, fleet === saved ? OFFERED : saved);
  const select = field(node, 'scenario');
  const option = select.children(`[value="${OFFERED}"]`).val(fleet);
  const size = $('<input type="number" class="zaptec-number">')
    .attr({ min: 1, max: MAX_FLEET, 'aria-label': word('fleet.label') })
    .val(fleet.split(':')[1] ?? '')
    .on('input change', () => {
      option.val(`fleet:${String(size.val())}`);
      select.trigger('change');
    });
  const part = $('<div class="zaptec-fleet">')
    .append(size, ' ', $('<span>').text(word('fleet.unit')))
    .insertAfter(select);
  select.on('change', () => part.toggle(isFleet(String(select.val()))));
  part.toggle(isFleet(saved));
};
