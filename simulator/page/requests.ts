import type { LiveRequests } from '../rest/control/live-types';
import { RequestChart } from './charts';
import { byId, KeyedList, create, setAttribute, setText } from './dom';
import { clockTime } from './format';

type Latest = LiveRequests['latest'][number];

/** The rate against the limit, and the newest calls. */
export class Requests {
  readonly #chart = new RequestChart();
  readonly #latest = new KeyedList<Latest>(
    byId('latest'),
    ({ id }) => String(id),
    ({ at: time, account, method, path }) => {
      const status = create('td', { class: 'number' });
      const what = create('td', { class: 'path', text: `${method} ${path}` });
      const element = create(
        'tr',
        {},
        create('td', { text: clockTime(time) }),
        create('td', { class: 'account', text: account.replace(/@.*/, '') }),
        what,
        status,
      );
      const show = (record: Latest) => {
        setText(status, record.status === 0 ? 'none' : String(record.status));
        setAttribute(status, 'data-bad', String(record.status === 0 || record.status >= 400));
      };
      return { element, show };
    },
  );

  show(requests: LiveRequests): void {
    this.#chart.show(requests);
    this.#latest.show(requests.latest);
  }
}
