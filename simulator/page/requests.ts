import type { LiveRequests } from '../rest/control/live-types';
import { RequestChart } from './charts';
import { at, Keyed, make, setAttribute, setText } from './dom';
import { clockTime } from './format';

type Latest = LiveRequests['latest'][number];

/** The rate against the limit, and the newest calls. */
export class Requests {
  readonly #chart = new RequestChart();
  readonly #latest = new Keyed<Latest>(
    at('latest'),
    ({ id }) => String(id),
    ({ at: time, account, method, path }) => {
      const status = make('td', { class: 'number' });
      const what = make('td', { class: 'path', text: `${method} ${path}` });
      const element = make(
        'tr',
        {},
        make('td', { text: clockTime(time) }),
        make('td', { class: 'account', text: account.replace(/@.*/, '') }),
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
