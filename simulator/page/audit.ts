import type { LiveClient } from '../rest/control/live-types';
import { getEvidence, type Evidence } from './api';
import { byId, button, KeyedList, create, setAttribute, setHidden, setText } from './dom';
import { clockTime, count } from './format';

type Verdict = LiveClient['verdicts'][number];

/** The rules that each client kept or broke, with the requests that prove a violation. */
export class Audit {
  readonly #empty = create('p', { class: 'hint', text: 'No client has called yet.' });
  readonly #list = create('div');
  readonly #clients: KeyedList<LiveClient>;

  constructor(private readonly failed: (error: unknown) => void) {
    byId('audit').append(this.#empty, this.#list);
    this.#clients = new KeyedList(
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
    const badge = create('span', { class: 'verdict' });
    const calls = create('span', { class: 'hint' });
    const [brokenList, keptList] = [create('ul', { class: 'rules' }), create('ul', { class: 'rules' })];
    const keptCount = create('summary');
    const kept = create('details', { class: 'kept' }, keptCount, keptList);
    const summary = create('summary', {}, badge, create('span', { class: 'name', text: name }), calls);
    const element = create('details', { class: 'client' }, summary, brokenList, kept);
    const rulesIn = (list: HTMLElement) =>
      new KeyedList<Verdict>(
        list,
        ({ rule }) => rule,
        ({ rule }) => this.#rule(name, rule),
      );
    const [brokenRules, keptRules] = [rulesIn(brokenList), rulesIn(keptList)];
    let wasFine = true;
    const show = ({ requests, ok, verdicts }: LiveClient) => {
      const broken = verdicts.filter((verdict) => !verdict.ok).length;
      setText(badge, ok ? '✓ all kept' : `✕ ${broken} broken`);
      setAttribute(element, 'data-ok', String(ok));
      setText(calls, `${count(requests)} requests`);
      brokenRules.show(verdicts.filter((verdict) => !verdict.ok));
      keptRules.show(verdicts.filter((verdict) => verdict.ok));
      setText(keptCount, `${verdicts.length - broken} rules kept`);
      // A violation opens the client once; after that the reader decides.
      if (wasFine && !ok) element.open = true;
      wasFine = ok;
    };
    return { element, show };
  }

  #rule(client: string, rule: string) {
    const mark = create('span', { class: 'mark' });
    const text = create('span');
    const proof = create('div', { class: 'proof' });
    proof.hidden = true;
    const open = button('Show the requests', () => void this.#prove(client, rule, open, proof), {
      class: 'quiet',
      attributes: { 'aria-expanded': 'false', 'aria-label': `Show the requests that break ${rule}` },
    });
    const element = create('li', {}, mark, create('span', { class: 'name', text: rule }), text, open, proof);
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
    create(
      'tr',
      {},
      create('td', { text: clockTime(time) }),
      create('td', { class: 'path', text: `${method} ${path}${query}` }),
      create('td', {
        class: 'number',
        text: status === 0 ? 'none' : String(status),
      }),
    ),
  );
  return create('table', { class: 'list compact' }, create('tbody', {}, ...rows));
}
