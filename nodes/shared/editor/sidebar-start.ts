import { addNodes, simulatorFlow } from './new-nodes';
import { word } from './words';

const choice = (key: string, icon: string, press: () => void): JQuery =>
  $('<button type="button" class="red-ui-button">')
    .attr('data-key', `start ${key}`)
    .append($('<i aria-hidden="true">').addClass(`fa ${icon}`), ' ', $('<span>').text(word(`start.${key}`)))
    .on('click', press);

/** For nobody connected yet: three ways to begin. */
export const startPart = (): JQuery =>
  $('<section class="zaptec-start">').append(
    $('<p>').text(word('sidebar.nothing')),
    choice('simulator', 'fa-flask', () => {
      addNodes(simulatorFlow());
      RED.notify($('<p>').text(word('start.deploy')));
    }),
    choice('account', 'fa-user', () => RED.editor.editConfig('', 'zaptec-connection', '_ADD_')),
    choice('example', 'fa-book', () => RED.actions.invoke('core:show-examples-import-dialog')),
  );
