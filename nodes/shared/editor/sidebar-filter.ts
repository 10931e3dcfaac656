import { CONDITIONS } from './charger-condition';
import { word } from './words';

/** What is looked for among the chargers: it stays while the sidebar is drawn anew. */
export interface Filter {
  /** Above the list. */
  readonly part: JQuery;
  /** Hides what is not looked for, and what has nothing left in it; counts the chargers of each condition. */
  apply(body: JQuery): void;
}

/** A search and a button for each condition that occurs. */
export const sidebarFilter = (): Filter => {
  let body = $();
  let chosen: string | undefined;
  const search = $('<input type="search">').attr({
    placeholder: word('filter.search'),
    'aria-label': word('filter.search'),
  });
  const chips = $('<div class="zaptec-chips" role="group">').attr('aria-label', word('filter.conditions'));
  const none = $('<p role="status">').text(word('filter.none'));
  const part = $('<div class="zaptec-filter">').append(search, chips, none);

  const words = (): string[] => String(search.val()).toLowerCase().split(/\s+/).filter(Boolean);

  const hide = (): void => {
    const wanted = words();
    const isAll = wanted.length === 0 && chosen === undefined;
    let shown = 0;
    const chargers = body.find('li.zaptec-charger');
    chargers.each((_, charger) => {
      const text = charger.getAttribute('data-search') ?? '';
      charger.hidden =
        (chosen !== undefined && charger.getAttribute('data-state') !== chosen) ||
        !wanted.every((one) => text.includes(one));
      if (!charger.hidden) shown += 1;
    });
    body.find('li.zaptec-circuit-part, li.zaptec-site, section.zaptec-account').each((_, whole) => {
      whole.hidden = !isAll && whole.querySelector('li.zaptec-charger:not([hidden])') === null;
    });
    none.toggle(shown === 0 && chargers.length > 0);
  };

  const chip = (condition: string, count: number): JQuery =>
    $('<button type="button" class="red-ui-button red-ui-button-small">')
      .attr({ 'data-state': condition, 'aria-pressed': String(condition === chosen) })
      .append($('<span>').text(`${word(`condition.${condition}`)} ${String(count)}`))
      .on('click', () => {
        chosen = condition === chosen ? undefined : condition;
        chips.find('button').each((_, one) => {
          one.setAttribute('aria-pressed', String(one.getAttribute('data-state') === chosen));
        });
        hide();
      });

  const count = (): void => {
    const counts = new Map<string, number>();
    body.find('li.zaptec-charger').each((_, charger) => {
      const state = charger.getAttribute('data-state') ?? '';
      counts.set(state, (counts.get(state) ?? 0) + 1);
    });
    const focused = chips.find(':focus').attr('data-state');
    const there = CONDITIONS.filter((condition) => counts.has(condition) || condition === chosen);
    chips.empty().append(there.map((condition) => chip(condition, counts.get(condition) ?? 0)));
    if (focused !== undefined) chips.find(`[data-state="${focused}"]`).trigger('focus');
    part.toggle(counts.size > 0);
  };

  search.on('input', hide);
  return {
    part,
    apply: (drawn) => {
      body = drawn;
      count();
      hide();
    },
  };
};
