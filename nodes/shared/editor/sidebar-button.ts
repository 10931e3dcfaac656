/** A small button with an icon; its label is its name and its hint. */
export const button = (key: string, icon: string, label: string, press: (event: JQuery.Event) => void): JQuery =>
  $('<button type="button" class="red-ui-button red-ui-button-small">')
    .attr({ 'data-key': key, title: label, 'aria-label': label })
    .append($('<i aria-hidden="true">').addClass(`fa ${icon}`))
    .on('click', press);

/** A thing, how it is, its buttons, and what else there is to say in a line below. */
export const row = (name: string, state: string, detail: string, buttons: JQuery[]): JQuery =>
  $('<div class="zaptec-row">').append(
    $('<span>').append($('<span class="zaptec-row-name">').text(name), ' ', $('<span>').text(state)),
    $('<span class="zaptec-row-buttons">').append(buttons),
    detail === '' ? '' : $('<span class="zaptec-choice-detail">').text(detail),
  );
