import type { LiveCall } from '../rest/control/live-types';
import { create, setAttribute, setText } from './dom';
import { clockTime } from './format';

/** A row of a table for one request, with the names of what it is about. */
export function callRow({ at, account, method, path, about }: LiveCall) {
  const status = create('td', { class: 'number' });
  const what = create('td', { class: 'path' }, ...named(`${method} ${path}`, about));
  const element = create(
    'tr',
    {},
    create('td', { text: clockTime(at) }),
    create('td', { class: 'account', text: account.replace(/@.*/, '') }),
    what,
    status,
  );
  const show = (record: LiveCall) => {
    setText(status, record.status === 0 ? 'no answer' : String(record.status));
    setAttribute(status, 'data-bad', String(record.status === 0 || record.status >= 400));
  };
  return { element, show };
}

/** An id says nothing to people: the name stands in front of it. */
export const named = (text: string, about: string | undefined): (Node | string)[] =>
  about === undefined ? [text] : [create('span', { class: 'name', text: about }), ` ${text}`];
