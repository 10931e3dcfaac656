import type { Live } from '../rest/control/live-types';
import { byId, button, buttonAt, create, setHidden } from './dom';

/** What a link sets up. Probabilities in percent. */
interface Setup {
  scenario: string;
  seed: number;
  faults: { name: string; percent: number }[];
}

/** The part of a link behind the #, which no server sees. */
function hashOf({ scenario, seed, faults }: Setup): string {
  const on = faults.map(({ name, percent }) => (percent < 100 ? `${name}:${percent}` : name)).join(',');
  return `#${new URLSearchParams({ scenario, seed: String(seed), ...(on === '' ? {} : { faults: on }) }).toString()}`;
}

/** @returns undefined where a link sets nothing up */
function setupOf(hash: string): Setup | undefined {
  const wanted = new URLSearchParams(hash.slice(1));
  const scenario = wanted.get('scenario');
  if (scenario === null || scenario === '') return undefined;
  const faults = (wanted.get('faults') ?? '').split(',').filter((text) => text !== '');
  return {
    scenario,
    seed: Number(wanted.get('seed') ?? 1),
    faults: faults.map((text) => {
      const [name = '', percent = '100'] = text.split(':');
      return { name, percent: Number(percent) };
    }),
  };
}

/** A link to this world, and the offer to set up the world of a link. Nothing changes before somebody asks for it. */
export class Share {
  #now: Setup | undefined;

  constructor(private readonly apply: (setup: Setup) => void) {
    buttonAt('share').addEventListener('click', () => void this.#copy());
    addEventListener('hashchange', () => this.#offer());
    this.#offer();
  }

  show({ scenario, seed, faults }: Live): void {
    const on = faults.filter(({ setting }) => setting.on);
    const rate = (probability = 1) => Math.max(1, Math.round(probability * 100));
    this.#now = {
      scenario,
      seed,
      faults: on.map(({ name, setting }) => ({ name, percent: rate(setting.probability) })),
    };
  }

  async #copy(): Promise<void> {
    if (!this.#now) return;
    const url = new URL(hashOf(this.#now), location.href).href;
    const field = create('input', { attributes: { type: 'text', readonly: '', 'aria-label': 'Link to this world' } });
    field.value = url;
    const copied = await navigator.clipboard.writeText(url).then(
      () => true,
      () => false,
    );
    const text = copied
      ? 'The link is copied: scenario, seed and faults.'
      : 'Copy this link: scenario, seed and faults.';
    this.#say(text, field, this.#close());
    field.select();
  }

  #offer(): void {
    const setup = setupOf(location.hash);
    if (!setup) return;
    const { scenario, seed, faults } = setup;
    const names = faults.length === 0 ? 'no faults' : `the faults ${faults.map(({ name }) => name).join(', ')}`;
    const accept = button('Set up', () => {
      setHidden(byId('link'), true);
      this.apply(setup);
    });
    this.#say(`This link has the scenario ${scenario} with the seed ${seed}, and ${names}.`, accept, this.#close());
  }

  #close(): HTMLButtonElement {
    return button('Close', () => setHidden(byId('link'), true), { class: 'quiet' });
  }

  #say(text: string, ...parts: HTMLElement[]): void {
    byId('link').replaceChildren(create('span', { text }), ...parts);
    setHidden(byId('link'), false);
  }
}
