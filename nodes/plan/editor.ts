import { PLAN } from '../shared/properties';
import { claimForm, current } from '../shared/editor/form';
import { picker } from '../shared/editor/picker';
import type { EditorNode, NodeBase, Validity } from '../shared/editor/red';
import { shownBy, switchRows, type Rows } from '../shared/editor/rows';
import { fillSelect } from '../shared/editor/select';
import { typedField } from '../shared/editor/typed-field';
import { atLeast, oneOf, positive, typed, validator } from '../shared/editor/validators';

type Plan = EditorNode<typeof PLAN>;

const TIME_OF_DAY = /^\s*([01]?\d|2[0-3])[:.][0-5]\d\s*$|^\s*24[:.]00\s*$/;
const MOST_KWH = 1_000;
const MOST_KW = 500;
/** By goal. */
const MOST: ReadonlyMap<string, number> = new Map([
  ['energy', MOST_KWH],
  ['hours', 24],
  ['battery', 100],
]);

const isEnergy = ({ goal }: Plan): boolean => goal !== 'hours';
const ROWS: Rows<Plan> = {
  charger: ({ connection }) => connection !== '' && connection !== '_ADD_',
  'car-tip': ({ connection }) => connection === '' || connection === '_ADD_',
  'unit-energy': ({ goal }) => goal === 'energy',
  'unit-hours': ({ goal }) => goal === 'hours',
  'unit-battery': ({ goal }) => goal === 'battery',
  'battery-tip': ({ goal }) => goal === 'battery',
  capacityKwh: ({ goal }) => goal === 'battery',
  powerKw: isEnergy,
  buffer: isEnergy,
  force: ({ maxPrice }) => maxPrice.trim() !== '',
  // One piece is as long as it must be.
  leastRun: ({ onePiece }) => !onePiece,
};
const shown = shownBy(ROWS);

const timeOfDay = (node: NodeBase, value: unknown): Validity =>
  TIME_OF_DAY.test(String(value)) || node._('zaptec-plan.error.by');

const number = (node: NodeBase, value: unknown): Validity =>
  Number.isFinite(Number(String(value).replace(',', '.'))) || node._('zaptec-plan.error.maxPrice');

/** A day has no more hours, and a battery no more percent. */
const amount = (node: Plan, value: unknown): Validity => {
  const most = MOST.get(current(node).goal) ?? MOST_KWH;
  return (Number(value) > 0 && Number(value) <= most) || node._('zaptec-plan.error.amount', { most });
};

RED.nodes.registerType<typeof PLAN>('zaptec-plan', {
  category: 'zaptec',
  color: '#DEBD5C',
  icon: 'zaptec-plan.svg',
  inputs: 1,
  outputs: 2,
  align: 'left',
  defaults: {
    name: { value: '' },
    // The editor takes an empty reference for a mistake, unless the property judges for itself.
    connection: { value: '', type: 'zaptec-connection', validate: () => true },
    charger: {
      value: '',
      validate: validator(
        typed('charger', () => true),
        shown('charger'),
      ),
    },
    chargerType: { value: 'str' },
    prices: { value: 'payload', validate: validator(typed('prices', () => true)) },
    pricesType: { value: 'msg' },
    pricePer: { value: 'kWh', validate: validator(oneOf(PLAN.pricePer.values)) },
    goal: { value: 'energy', validate: validator(oneOf(PLAN.goal.values)) },
    amount: { value: 20, validate: validator(amount) },
    capacityKwh: { value: 60, validate: validator(positive('capacityKwh', MOST_KWH), shown('capacityKwh')) },
    by: { value: '07:00', validate: validator(timeOfDay) },
    days: { value: 'daily', validate: validator(oneOf(PLAN.days.values)) },
    timeZone: { value: '' },
    powerKw: { value: 7.4, validate: validator(positive('powerKw', MOST_KW), shown('powerKw')) },
    maxPrice: { value: '', validate: validator(number) },
    force: { value: true },
    onePiece: { value: false },
    leastRun: { value: 15, validate: validator(atLeast('leastRun', 0), shown('leastRun')) },
    buffer: { value: 15, validate: validator(atLeast('buffer', 0), shown('buffer')) },
    repeat: { value: 5, validate: validator(atLeast('repeat', 0)) },
    dryRun: { value: false },
    lockOverrides: { value: false },
    version: { value: 1 },
  },
  paletteLabel() {
    return this._('zaptec-plan.palette');
  },
  label() {
    return this.name || `${this.amount} ${this._(`zaptec-plan.unit-of.${this.goal}`)} < ${this.by}`;
  },
  labelStyle() {
    return this.name ? 'node_label_italic' : '';
  },
  inputLabels() {
    return this._('zaptec-plan.port.input');
  },
  outputLabels(index) {
    return index === 0 ? this._('zaptec-plan.port.charge') : this._('zaptec-plan.port.plan');
  },
  oneditprepare() {
    claimForm(this);
    fillSelect(this, 'pricePer', PLAN.pricePer.values, this.pricePer);
    fillSelect(this, 'goal', PLAN.goal.values, this.goal);
    fillSelect(this, 'days', PLAN.days.values, this.days);
    picker(this, 'charger', 'charger', PLAN.chargerType.values);
    typedField(this, 'prices', undefined, PLAN.pricesType.values);
    switchRows(this, ROWS);
  },
});
