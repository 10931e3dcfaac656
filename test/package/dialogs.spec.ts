import { expect } from 'chai';
import {
  CHARGER,
  CONNECTION,
  CONNECTION_CREDENTIALS,
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
import { definitionsOf, filesBelow, formOf, NODES, read } from './support';

const TABLES: Record<string, Properties> = {
  'zaptec-connection': CONNECTION,
  'zaptec-installation': INSTALLATION,
  'zaptec-charger': CHARGER,
  'zaptec-subscribe': SUBSCRIBE,
  'zaptec-update-current': UPDATE_CURRENT,
  'zaptec-request': REQUEST,
  'zaptec-plan': PLAN,
  'zaptec-doctor': DOCTOR,
  'zaptec-sessions': SESSIONS,
  'zaptec-load-guard': LOAD_GUARD,
  'zaptec-surplus': SURPLUS,
};

describe('the built dialogs', () => {
  for (const node of NODES) {
    const { type, name, built } = node;
    it(`${type}: are what the scorecard can read, and offer what the runtime understands`, () => {
      const html = read(built, `${name}.html`);
      expect(html, 'a script with an address would come too late').not.to.match(/<script[^>]*\ssrc=/);
      const [definition, ...others] = definitionsOf(html);
      expect(others).to.deep.equal([]);
      expect(definition?.type).to.equal(type);
      expect(definition?.category).to.equal(type === 'zaptec-connection' ? 'config' : 'zaptec');

      const table = TABLES[type] ?? {};
      expect(Object.keys(definition?.defaults ?? {})).to.have.members(Object.keys(table));
      for (const [property, { value, required, type: config }] of Object.entries(table)) {
        const written = { ...definition?.defaults[property] };
        delete written['validate'];
        const expected = { value, ...(required ? { required } : {}), ...(config ? { type: config } : {}) };
        expect(written, property).to.deep.equal(expected);
      }
    });

    it(`${type}: have one field for each property`, () => {
      const html = formOf(node);
      const prefix = type === 'zaptec-connection' ? 'node-config-input-' : 'node-input-';
      const fields = [...html.matchAll(/<(?:input|select)[^>]*\sid="([^"]+)"/g)].map(([, id = '']) => id);
      const credentials = type === 'zaptec-connection' ? Object.keys(CONNECTION_CREDENTIALS) : [];
      const properties = [...Object.keys(TABLES[type] ?? {}), ...credentials].filter(
        (property) => property !== 'version',
      );
      expect(fields).to.have.members(properties.map((property) => prefix + property));
      for (const id of fields.filter((field) => !field.endsWith('Type')))
        expect(html).to.contain(`<label for="${id}">`);
    });
  }

  it('hold the table of their own node alone, and the style of all in that of the connection', () => {
    for (const { type, name, built } of NODES) {
      const html = read(built, `${name}.html`);
      const styles = html.match(/<style>[^]*?<\/style>/g) ?? [];
      expect(styles, type).to.have.lengthOf(type === 'zaptec-connection' ? 1 : 0);
      // The sidebar, which comes with the connection, makes nodes of other types; each dialog makes a connection.
      if (type === 'zaptec-connection') continue;
      const own = new Set(Object.keys({ ...TABLES[type], ...CONNECTION }));
      const all = new Set(Object.values(TABLES).flatMap((table) => Object.keys(table)));
      const foreign = [...all].filter((key) => !own.has(key) && html.includes(`${key}:{value:`));
      expect(foreign, type).to.deep.equal([]);
    }
  });

  it('zaptec-connection: keeps as credentials what the runtime reads as credentials', () => {
    const [definition] = definitionsOf(read('dist/nodes/connection/connection.html'));
    const kinds = Object.entries(definition?.credentials ?? {}).map(([name, { type }]) => [name, { type }]);
    expect(Object.fromEntries(kinds)).to.deep.equal(CONNECTION_CREDENTIALS);
  });

  it('leave every colour to the theme', () => {
    const written = filesBelow('nodes').filter((file) => /(editor\.(ts|html|css)|shared\/editor\/.+)$/.test(file));
    expect(written).not.to.be.empty;
    for (const file of written) {
      const text = read(file).replace(/^ {0,20}color: '#[\dA-F]{6}',$/m, '');
      expect(text, file).not.to.match(/#[\da-f]{3}(?:[\da-f]{3})?\b(?!-)|\b(?:rgb|hsl)a?\(/i);
      for (const [, property, value = ''] of text.matchAll(
        /^ {0,20}([a-z-]*color|background|border[a-z-]*): (.+);$/gm,
      )) {
        expect(value, `${file}: ${property}`).to.match(/var\(--red-ui-[a-z-]+, [^)]+\)/);
      }
    }
  });

  it('have icons of their own, white on transparent, two by three', () => {
    const icons = filesBelow('nodes').filter((file) => file.endsWith('.svg'));
    expect(new Set(icons.map((file) => file.split('/').at(-1)))).to.have.lengthOf(icons.length);
    for (const { type, name, built } of NODES) {
      const [definition] = definitionsOf(read(built, `${name}.html`));
      if (definition?.category !== 'config') expect(definition?.icon).to.equal(`${type}.svg`);
    }
    for (const file of icons) {
      const svg = read(file);
      expect(svg, file).to.contain('width="40" height="60" viewBox="0 0 40 60"');
      const colours = [...svg.matchAll(/(?:fill|stroke)="([^"]+)"/g)].map(([, colour]) => colour);
      expect(
        colours.filter((colour) => colour !== '#fff' && colour !== 'none'),
        file,
      ).to.deep.equal([]);
    }
  });
});
