import { expect } from 'chai';
import {
  CHARGER,
  COMMANDS,
  CONNECTION,
  DESCRIBED_OBSERVATIONS,
  DOCTOR,
  INSTALLATION,
  LOAD_GUARD,
  PLAN,
  REQUEST,
  SESSIONS,
  SUBSCRIBE,
  SURPLUS,
  UPDATE_CURRENT,
  type Properties,
} from '../../nodes/shared/properties';
import { SCENARIOS } from '../../nodes/shared/scenarios';
import { STATUS_TEXTS } from '../../nodes/shared/status-texts';
import { catalogue, filesBelow, flat, formOf, NODES, read } from './support';

const SELECTS: Record<string, Properties> = {
  'zaptec-connection': { ...CONNECTION, scenario: { value: 'home', values: SCENARIOS } },
  'zaptec-installation': INSTALLATION,
  'zaptec-charger': { ...CHARGER, command: { value: 'pause', values: COMMANDS } },
  'zaptec-subscribe': SUBSCRIBE,
  'zaptec-update-current': UPDATE_CURRENT,
  'zaptec-request': REQUEST,
  'zaptec-plan': PLAN,
  'zaptec-doctor': DOCTOR,
  'zaptec-sessions': SESSIONS,
  'zaptec-load-guard': LOAD_GUARD,
  'zaptec-surplus': SURPLUS,
};

/** What the names of shared texts end in, where the end is a value. */
const ENDS: Record<string, readonly string[]> = {
  'status.': [],
  'mode.': ['disconnected', 'requesting', 'charging', 'finished', 'unknown', 'offline'],
  'reason.': [
    'offline',
    'fault',
    'paused',
    'car-full',
    'waiting-for-authorisation',
    'scheduled',
    'not-enough-current',
    'waiting-for-car',
    'disabled',
    'no-car',
    'charging',
    'superseded',
  ],
  'condition.': ['charging', 'waiting', 'paused', 'full', 'no-car', 'offline', 'fault', 'unknown'],
  'governor.': ['target', 'limit'],
  'caller.': ['feed', 'current', 'login', 'editor', 'other'],
  'start.': ['simulator', 'account', 'example', 'chargers', 'deploy'],
  'sidebar.': ['pause-charger', 'resume-charger'],
  'sidebar.do-': ['pause', 'resume'],
  'sidebar.command-': ['unchanged', 'unconfirmed', 'accepted'],
  'sidebar.pending-': ['pause', 'resume', 'toggle', 'restart', 'upgrade-firmware', 'deauthorize'],
  'role.': ['owner', 'service', 'user', 'none'],
  'observation.': DESCRIBED_OBSERVATIONS.map(String),
  'first.': ['simulator', 'account', 'later'],
  'picker.empty-': ['charger', 'installation', 'userGroup', 'observation'],
};

/** The texts of the widgets that all dialogs share lie in the catalogue of the connection. */
function shared(): string[] {
  const code = filesBelow('nodes').filter((file) => /(shared\/editor\/.+|connection\/editor.*)\.ts$/.test(file));
  const keys = code
    .flatMap((file) => [
      ...read(file).matchAll(
        /['`]((?:role|ask|picker|test|sidebar|mode|reason|status|preview|first|observation|fleet|condition|filter|governor|caller|start)\.[\w-]*)/g,
      ),
    ])
    .map(([, key = '']) => key);
  return keys.flatMap((key) => ENDS[key]?.map((end) => key + end) ?? [key]);
}

/** The labels on the canvas whose end is the value of a property: `label-of.${this.action}`, `label.${mode}`. */
function labelsOf(type: string, code: string): string[] {
  const ends = [...code.matchAll(/((?:label|command)(?:-of)?)\.\$\{(?:this\.)?(\w+)\}/g)].flatMap(
    ([, start = '', property = '']) => (SELECTS[type]?.[property]?.values ?? []).map((value) => `${start}.${value}`),
  );
  const whole = [...code.matchAll(/'(label\.\w+)'/g)].map(([, key = '']) => key);
  // A list of installations is of none of them.
  return [...ends, ...whole].filter((key) => type !== 'zaptec-installation' || key !== 'label-of.list');
}

/** Every text that a node's dialog, its status or its place on the canvas may ask for. */
function needed(type: string, name: string): string[] {
  const form = [...formOf({ name, built: `dist/nodes/${name}` }).matchAll(/data-i18n="([^"]+)"/g)].flatMap(
    ([, keys = '']) => keys.split(';').map((key) => key.replace(/^\[\w+\]/, '')),
  );
  const code = [...read(`dist/nodes/${name}/${name}.html`).matchAll(/_\("(zaptec-[\w.-]+)"/g)].map(
    ([, key = '']) => key,
  );
  const reasons = [
    ...read('nodes', name, 'editor.ts').matchAll(
      /(?:address|filled|positive|atLeast|between|measured|optionalGuid|scenario)\('(\w+)'[,)]/g,
    ),
  ];
  const fallbacks = [...read('nodes', name, 'editor.ts').matchAll(/worded\(.+?, '([\w.]+)'\)/g)].map(
    ([, key = '']) => key,
  );
  const choices = Object.entries(SELECTS[type] ?? {})
    // Languages are in their own words in each language.
    .filter(([property]) => !property.endsWith('Type') && property !== 'language')
    .flatMap(([property, { values = [] }]) =>
      values.map((value) => `${property}.${value.replace(':', '-') || 'blank'}`),
    );
  const actions = ((SELECTS[type]?.['action'] ?? SELECTS[type]?.['emit'])?.values ?? []).flatMap((action) => [
    `label.${action}`,
    `port.${action}`,
  ]);
  const labels = labelsOf(type, read('nodes', name, 'editor.ts'));
  const status = Object.keys(STATUS_TEXTS[type as keyof typeof STATUS_TEXTS]).map((key) => `status.${key}`);
  // A number that is typed into a TypedInput must not be blank.
  const numbers = /\btyped\('value'/.test(read('nodes', name, 'editor.ts')) ? ['error.number'] : [];
  const own = [
    ...fallbacks,
    ...numbers,
    'palette',
    'error.choice',
    ...reasons.map(([, key]) => `error.${key}`),
    ...choices,
    ...actions,
    ...labels,
    ...status,
    ...(type === 'zaptec-connection' ? shared() : []),
  ];
  return [...form, ...code, ...own.map((key) => `${type}.${key}`)];
}

describe('the texts', () => {
  for (const { type, name, languages } of NODES) {
    it(`${type}: has every text in every language, and no text that nobody reads`, () => {
      expect(languages).to.include('en-US');
      const category = type === 'zaptec-connection' ? [] : ['palette.label.zaptec'];
      const keys = new Set([...needed(type, name), ...category]);
      for (const language of languages) {
        expect(Object.keys(catalogue(name, language)), language).to.have.members([...keys]);
        expect(Object.values(catalogue(name, language)), `${language}: blank`).not.to.include('');
      }
    });

    it(`${type}: tells its status in the words that the runtime falls back to`, () => {
      const texts = STATUS_TEXTS[type as keyof typeof STATUS_TEXTS];
      const words = Object.entries(texts).map(([key, text]) => [`${type}.status.${key}`, text]);
      expect(catalogue(name, 'en-US')).to.include(Object.fromEntries(words));
    });

    it(`${type}: keeps the same blanks to fill in, in every language`, () => {
      const blanks = (text = ''): string[] => (text.match(/__\w+__|\$\{\w+\}|<\/?code>/g) ?? []).sort();
      const english = catalogue(name, 'en-US');
      for (const language of languages) {
        for (const [key, text] of Object.entries(catalogue(name, language))) {
          expect(blanks(text), `${language}: ${key}`).to.deep.equal(blanks(english[key]));
        }
      }
    });

    it(`${type}: has its status texts short enough for the canvas`, () => {
      for (const language of languages) {
        for (const [key, text] of Object.entries(catalogue(name, language))) {
          if (key.includes('.status.')) expect(text.replace(/__\w+__/g, '99').length, key).to.be.lessThan(16);
        }
      }
    });

    it(`${type}: has no text outside its catalogues`, () => {
      const form = formOf({ name, built: `dist/nodes/${name}` });
      expect(form.replace(/<[^<>]+>/g, '').trim()).to.equal('');
      expect(form).not.to.match(/\s(?:placeholder|title|alt|aria-label)=/);
    });

    it(`${type}: has help in every language, in the official form`, () => {
      for (const language of languages) {
        const help = read(`dist/nodes/${name}/locales/${language}/${name}.html`);
        expect(help.split('\n')[0]).to.equal(`<script type="text/markdown" data-help-name="${type}">`);
        expect(help.match(/^### /gm), language).to.have.length.of.at.least(type === 'zaptec-connection' ? 4 : 5);
        expect(help.split('\n')[1], 'the tooltip of the palette').to.match(/^\S.+\.?$/);
        for (const line of help.split('\n').filter((text) => text.startsWith(':'))) {
          expect(line, 'a property, its type and what it means').to.match(/^: \*?[^:*]+\*? \([^:)]+\) : [^:]+$/);
        }
      }
    });

    it(`${type}: explains every field of its dialog`, () => {
      const english = catalogue(name, 'en-US');
      const help = read('nodes', name, 'locales/en-US/help.md');
      for (const [key, label] of Object.entries(english)) {
        if (!key.includes('.field.') || /\.(name|advanced|test)$/.test(key)) continue;
        expect(help, label).to.contain(`: ${label.split(':')[0]} (`);
      }
    });
  }

  it('has the same word for the same thing in all nodes', () => {
    const words: Record<string, string> = {};
    for (const { type, name } of NODES) {
      for (const [key, text] of Object.entries(catalogue(name, 'en-US'))) {
        // What a node works on is a word of its own.
        if (key.endsWith('.status.working')) continue;
        const common = /^(?:field|output|error\.choice|status)\b.*$/.exec(key.slice(type.length + 1))?.[0];
        if (common) expect(text, `${type}.${common}`).to.equal((words[common] ??= text));
      }
    }
  });

  it('reads nested catalogues', () => expect(flat({ a: { b: 'c' } })).to.deep.equal({ 'a.b': 'c' }));
});
