import { SESSIONS, WEEKDAYS } from '../shared/properties';
import { claimForm } from '../shared/editor/form';
import { listField, saveLists } from '../shared/editor/list-field';
import { whom } from '../shared/editor/names';
import { pickMany } from '../shared/editor/pick-many';
import { unfoldChanged } from '../shared/editor/groups';
import { overridesField } from '../shared/editor/overrides-field';
import type { EditorNode, NodeBase, Validity } from '../shared/editor/red';
import { shownBy, switchRows, type Rows } from '../shared/editor/rows';
import { choices, fillSelect, worded } from '../shared/editor/select';
import { typedField } from '../shared/editor/typed-field';
import { oneOf, positive, someOf, typed, validator } from '../shared/editor/validators';

type Sessions = EditorNode<typeof SESSIONS>;

const TIME_OF_DAY = /^\s*([01]?\d|2[0-3])[:.][0-5]\d\s*$|^\s*24[:.]00\s*$/;
const MOST_DAYS = 400;

const hasOwnTime = ({ which, period }: Sessions): boolean =>
  which === 'all' && (period === 'since' || period === 'between');
const isHighLow = ({ tariff }: Sessions): boolean => tariff === 'high-low';
const ROWS: Rows<Sessions> = {
  period: ({ which }) => which === 'all',
  from: (node) => node.which === 'new' || hasOwnTime(node),
  to: (node) => hasOwnTime(node) && node.period === 'between',
  new: ({ which }) => which === 'new',
  corrected: ({ which, rows }) => which === 'all' && rows === 'sessions',
  details: ({ rows }) => rows === 'sessions',
  publicKey: ({ rows, ocmf }) => rows === 'sessions' && ocmf,
  spot: ({ spot }) => spot,
  flat: ({ tariff }) => tariff === 'flat',
  'high-low': isHighLow,
};
const shown = shownBy(ROWS);

const price = (node: NodeBase, value: unknown): Validity =>
  (String(value).trim() !== '' && isNumber(value)) || node._('zaptec-sessions.error.price');

const isNumber = (value: unknown): boolean => Number.isFinite(Number(String(value).replace(',', '.')));

const optionalNumber = (node: NodeBase, value: unknown): Validity =>
  isNumber(value) || node._('zaptec-sessions.error.perSession');

const timeOfDay = (node: NodeBase, value: unknown): Validity =>
  TIME_OF_DAY.test(String(value)) || node._('zaptec-sessions.error.timeOfDay');

/** Blank leaves it to the message, or to the look-back. */
const begin = (node: Sessions, value: unknown): Validity =>
  String(value).trim() !== '' || node.which === 'new' || !node.lockOverrides || node._('zaptec-sessions.error.from');

/** Whom would a total be of? */
const who = (node: Sessions, value: unknown): Validity =>
  value !== 'omit' || node.rows !== 'user' || node._('zaptec-sessions.error.who');

RED.nodes.registerType<typeof SESSIONS>('zaptec-sessions', {
  category: 'zaptec',
  color: '#50AAAB',
  icon: 'zaptec-sessions.svg',
  inputs: 1,
  outputs: 1,
  align: 'left',
  defaults: {
    name: { value: '' },
    connection: { value: '', type: 'zaptec-connection', required: true },
    installations: { value: [] },
    chargers: { value: [] },
    user: { value: '' },
    which: { value: 'all', validate: validator(oneOf(SESSIONS.which.values)) },
    period: { value: 'last-month', validate: validator(oneOf(SESSIONS.period.values), shown('period')) },
    from: { value: '', validate: validator(begin, shown('from')) },
    to: { value: '' },
    lookback: { value: 35, validate: validator(positive('lookback', MOST_DAYS), shown('new')) },
    acknowledge: { value: false },
    timeZone: { value: '' },
    rows: { value: 'sessions', validate: validator(oneOf(SESSIONS.rows.values)) },
    output: { value: 'array', validate: validator(oneOf(SESSIONS.output.values)) },
    who: { value: 'show', validate: validator(who) },
    unknown: { value: 'empty', validate: validator(oneOf(SESSIONS.unknown.values)) },
    corrected: { value: false },
    details: { value: false },
    odd: { value: false },
    ocmf: { value: false },
    publicKey: {
      value: '',
      validate: validator(
        typed('publicKey', () => true),
        shown('publicKey'),
      ),
    },
    publicKeyType: { value: 'str' },
    spot: { value: false },
    prices: {
      value: 'prices',
      validate: validator(
        typed('prices', () => true),
        shown('spot'),
      ),
    },
    pricesType: { value: 'msg' },
    pricePer: { value: 'kWh', validate: validator(oneOf(SESSIONS.pricePer.values), shown('spot')) },
    tariff: { value: 'none', validate: validator(oneOf(SESSIONS.tariff.values)) },
    price: { value: '', validate: validator(price, shown('flat')) },
    highPrice: { value: '', validate: validator(price, shown('high-low')) },
    lowPrice: { value: '', validate: validator(price, shown('high-low')) },
    highFrom: { value: '06:00', validate: validator(timeOfDay, shown('high-low')) },
    highTo: { value: '22:00', validate: validator(timeOfDay, shown('high-low')) },
    highDays: {
      value: ['mon', 'tue', 'wed', 'thu', 'fri'],
      validate: validator(someOf(WEEKDAYS), shown('high-low')),
    },
    perSession: { value: '', validate: validator(optionalNumber) },
    lockOverrides: { value: false },
    overrides: {
      value: ['installation', 'charger', 'user', 'period', 'from', 'to'],
      validate: validator(someOf(SESSIONS.overrides.values)),
    },
    version: { value: 1 },
  },
  paletteLabel() {
    return this._('zaptec-sessions.palette');
  },
  label() {
    if (this.name) return this.name;
    const what = worded(this, this.which === 'new' ? 'label.new' : `period.${this.period}`, 'palette');
    const name = whom(this, 'chargers') ?? whom(this, 'installations');
    return name === undefined ? what : `${name}: ${what}`;
  },
  labelStyle() {
    return this.name ? 'node_label_italic' : '';
  },
  inputLabels() {
    return this._('zaptec-sessions.port.input');
  },
  outputLabels() {
    return this._('zaptec-sessions.port.output');
  },
  oneditprepare() {
    claimForm(this);
    unfoldChanged(this);
    overridesField(this, SESSIONS.overrides);
    for (const property of ['which', 'period', 'rows', 'output', 'who', 'unknown', 'pricePer', 'tariff'] as const) {
      fillSelect(this, property, SESSIONS[property].values, this[property]);
    }
    pickMany(this, 'installations', 'installation');
    pickMany(this, 'chargers', 'charger');
    typedField(this, 'prices', undefined, SESSIONS.pricesType.values);
    typedField(this, 'publicKey');
    listField(this, 'highDays', choices(this, 'highDays', WEEKDAYS));
    switchRows(this, ROWS);
  },
  oneditsave() {
    saveLists(this, ['installations', 'chargers', 'highDays', 'overrides']);
  },
});
