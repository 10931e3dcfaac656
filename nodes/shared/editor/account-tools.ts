import type { AccountView } from '../overview';
import { ask, sentence } from './ask';
import { word } from './words';

const notify = (thrown: unknown): void => {
  RED.notify($('<p>').text(sentence(thrown)), 'error');
};

/** A browser may forbid copying; then the text is there to be copied by hand. */
const showReport = (text: string): void => {
  const area = $('<textarea readonly rows="12">').css('width', '100%').val(text);
  RED.notify($('<div>').append($('<p>').text(word('sidebar.report-by-hand')), area));
  area.trigger('focus').trigger('select');
};

/**
 * Copies what somebody who helps needs to know of a deployed connection; nothing in it says whose it is.
 * @throws Failure
 */
const copyReport = async (connection: string, near: JQuery): Promise<void> => {
  const { text } = await ask<{ text: string }>('report', { connection });
  if (!RED.clipboard.copyText(text, near, 'clipboard.copyMessageValue')) showReport(text);
};

const timeOf = (at: number): string => new Date(at).toLocaleTimeString([], { hour: '2-digit', minute: '2-digit' });

/** The button that logs each request, and ends that. */
const logButton = (id: string, state: AccountView['requestLog']): JQuery => {
  const button = $('<button type="button" class="red-ui-button red-ui-button-small">').attr('data-key', `log ${id}`);
  const show = ({ until }: AccountView['requestLog']): void => {
    button
      .attr({ 'aria-pressed': String(until !== undefined), title: word('sidebar.log-title') })
      .text(until === undefined ? word('sidebar.log-start') : word('sidebar.log-stop', { time: timeOf(until) }));
  };
  const press = async (): Promise<void> => {
    button.prop('disabled', true);
    try {
      const on = button.attr('aria-pressed') !== 'true';
      show(await ask<AccountView['requestLog']>('request-log', { connection: id, on }));
    } catch (thrown) {
      notify(thrown);
    } finally {
      button.prop('disabled', false).trigger('focus');
    }
  };
  show(state);
  return button.on('click', () => void press());
};

/** What somebody looks for when something does not work. */
export const accountTools = ({ id, requestLog }: AccountView): JQuery => {
  const report = $('<button type="button" class="red-ui-button red-ui-button-small">')
    .attr({ 'data-key': `report ${id}`, title: word('sidebar.report-title') })
    .text(word('sidebar.report'))
    .on('click', () => void copyReport(id, report).catch(notify));
  return $('<div class="zaptec-tools">').append(report, logButton(id, requestLog));
};

/** The button of the dialog that copies the report of its connection, as it is deployed. */
export const reportButton = (connection: string, button: JQuery, failure: JQuery): void => {
  button.on('click', (event) => {
    // A button in a form would send it.
    event.preventDefault();
    failure.text('');
    void copyReport(connection, button).catch((thrown: unknown) => failure.text(sentence(thrown)));
  });
};
