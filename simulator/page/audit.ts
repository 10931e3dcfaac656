import type { LiveClient } from '../rest/control/live-types';
import { getEvidence, type Evidence } from './api';
import { at, button, Keyed, make, setAttribute, setHidden, setText } from './dom';
import { clockTime, count } from './format';

type Verdict = LiveClient['verdicts'][number];

/** What each client did wrong, with the requests that prove it. */
export class Audit {
  readonly #empty = make('p', { class: 'hint', text: 'No client has called yet.' });
  readonly #list = make('div');
  readonly #clients: Keyed<LiveClient>;

  constructor(private readonly failed: (error: unknown) => void) {
    at('audit').append(this.#empty, this.#list);
    this.#clients = new Keyed(
      this.#list,
      ({ client }) => client,
      (client) => this.#client(client),
    );
  }

  show(clients: readonly LiveClient[]): void {
    setHidden(this.#empty, clients.length > 0);
    this.#clients.show(clients);
  }

  #client({ client: name }: LiveClient) {
    const badge = make('span', { class: 'verdict' });
    const calls = make('span', { class: 'hint' });
    const list = make('ul', { class: 'rules' });
    const summary = make('summary', {}, badge, make('span', { class: 'name', text: name }), calls);
    const element = make('details', { class: 'client' }, summary, list);
    const rules = new Keyed<Verdict>(
      list,
      ({ rule }) => rule,
      ({ rule }) => this.#rule(name, rule),
    );
    let wasFine = true;
    const show = ({ requests, ok, verdicts }: LiveClient) => {
      const broken = verdicts.filter((verdict) => !verdict.ok).length;
      setText(badge, ok ? '✓ all kept' : `✕ ${broken} broken`);
      setAttribute(element, 'data-ok', String(ok));
      setText(calls, `${count(requests)} requests`);
      rules.show(verdicts);
      // Shown at once when it happens, and then left as the reader wants it.
      if (wasFine && !ok) element.open = true;
      wasFine = ok;
    };
    return { element, show };
  }

  #rule(client: string, rule: string) {
    const mark = make('span', { class: 'mark' });
    const text = make('span');
    const proof = make('div', { class: 'proof' });
    proof.hidden = true;
    const open = button('Show the requests', () => void this.#prove(client, rule, open, proof), {
      class: 'quiet',
      attributes: { 'aria-expanded': 'false', 'aria-label': `Show the requests that break ${rule}` },
    });
    const element = make('li', {}, mark, make('span', { class: 'name', text: rule }), text, open, proof);
    const show = ({ ok, text: said }: Verdict) => {
      setAttribute(element, 'data-ok', String(ok));
      setText(mark, ok ? '✓ kept' : '✕ broken');
      setText(text, said);
      setHidden(open, ok);
    };
    return { element, show };
  }

  async #prove(client: string, rule: string, open: HTMLButtonElement, proof: HTMLElement): Promise<void> {
    if (proof.hidden) {
      try {
        proof.replaceChildren(tableOf(await getEvidence(client, rule)));
      } catch (error) {
        this.failed(error);
        return;
      }
    }
    proof.hidden = !proof.hidden;
    setAttribute(open, 'aria-expanded', String(!proof.hidden));
  }
}

function tableOf(evidence: readonly Evidence[]): HTMLElement {
  const rows = evidence.map(({ at: time, method, path, query, status }) =>
    make(
      'tr',
      {},
      make('td', { text: clockTime(time) }),
      make('td', { class: 'path', text: `${method} ${path}${query}` }),
      make('td', {
        class: 'number',
        text: status === 0 ? 'none' : String(status),
      }),
    ),
  );
  return make('table', { class: 'list compact' }, make('tbody', {}, ...rows));
}
