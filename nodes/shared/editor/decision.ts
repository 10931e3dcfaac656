import type { DecisionView } from '../overview';
import { ask } from './ask';
import { form } from './form';
import { age } from './list';
import { planChart } from './plan-chart';
import type { NodeBase } from './red';
import { word } from './words';

/** A decision in words, with its chart where there is one. */
export const decisionPart = ({ reason, at, rows = [] }: DecisionView): JQuery => {
  const text = word('sidebar.decision', { reason, age: age(at) });
  const chart = planChart(rows, word('sidebar.chart', { reason }));
  return $('<div class="zaptec-decision">').append($('<div>').text(text), chart ? $(chart) : '');
};

/** Shows in `[data-decision]` of the open dialog what the deployed node decided last; nothing for one that has not yet. */
export const showDecision = (node: NodeBase): void => {
  const row = form(node).find('[data-decision]').hide();
  void ask<DecisionView[]>('decisions', { node: node.id })
    .then(([decision]) => {
      if (decision) row.empty().append(decisionPart(decision)).show();
    })
    .catch(() => undefined);
};
