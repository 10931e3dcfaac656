import type { LiveRequests } from '../rest/control/live-types';
import { callRow } from './calls';
import { RequestChart } from './charts';
import { byId, KeyedList } from './dom';

/** The rate against the limit, and the newest calls. */
export class Requests {
  readonly #chart = new RequestChart();
  readonly #latest = new KeyedList<LiveRequests['latest'][number]>(byId('latest'), ({ id }) => String(id), callRow);

  show(requests: LiveRequests): void {
    this.#chart.show(requests);
    this.#latest.show(requests.latest);
  }
}
