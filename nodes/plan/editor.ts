import { PLAN } from '../shared/properties';
import { showDecision } from '../shared/editor/decision';
import { claimForm, current } from '../shared/editor/form';
import { listField, saveLists } from '../shared/editor/list-field';
import { savedOr, whom } from '../shared/editor/names';
import { picker } from '../shared/editor/picker';
import { unfoldChanged } from '../shared/editor/groups';
import { overridesField } from '../shared/editor/overrides-field';
import type { EditorNode, NodeBase, Validity } from '../shared/editor/red';
import { shownBy, switchRows, type Rows } from '../shared/editor/rows';
import { choices, fillSelect } from '../shared/editor/select';
import { powerInWords, showPreviews } from '../shared/editor/preview';
import { typedField } from '../shared/editor/typed-field';
import { literalNumber, numberFields, typedSetting } from '../shared/editor/typed-setting';
import { atLeast, between, oneOf, someOf, typed, validator } from '../shared/editor/validators';

type Plan = EditorNode<typeof PLAN>;

const TIME_OF_DAY = /^\s*([01]?\d|2[0-3])[:.][0-5]\d\s*$|^\s*24[:.]00\s*$/;
const MOST_KWH = 1_000;
const LEAST_KW = 0.5;
const MOST_KW = 500;
const MOST_MINUTES = 720;
const MOST_W = 100_000;
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
  weekdays: ({ days }) => days === 'chosen',
  powerKw: isEnergy,
  buffer: isEnergy,
  force: ({ maxPrice }) => maxPrice.trim() !== '',
  seriesFrom: ({ series }) => series !== 'none',
  seriesWeight: ({ series }) => series === 'co2',
  houseW: ({ series }) => series === 'sun',
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

/** What the power is in amperes. */
const power = (node: Plan): string | undefined =>
  isEnergy(current(node)) ? powerInWords(1_000 * (literalNumber(node, 'powerKw') ?? 0)) : undefined;

/** What the settings bring about, before anything is deployed. */
const chargingTime = (node: Plan): string | undefined => {
  const kw = literalNumber(node, 'powerKw');
  const amountOf = literalNumber(node, 'amount');
  const capacity = literalNumber(node, 'capacityKwh');
  const { goal } = current(node);
  if (kw === undefined || amountOf === undefined || !(kw > 0) || goal === 'hours') return undefined;
  const kwh = goal === 'energy' ? amountOf : capacity === undefined ? undefined : (capacity * amountOf) / 100;
  if (kwh === undefined || !(kwh > 0)) return undefined;
  const hours = String(Math.round((kwh / kw) * 10) / 10);
  return node._('zaptec-plan.preview.time', { kwh: String(Math.round(kwh * 10) / 10), kw: String(kw), hours });
};

RED.nodes.registerType<typeof PLAN>('zaptec-plan', {
  category: 'zaptec',
  color: '#50AAAB',
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
    amount: { value: '20', validate: validator(typedSetting('amount', amount)) },
    amountType: { value: 'num' },
    capacityKwh: {
      value: '60',
      validate: validator(typedSetting('capacityKwh', between('number', 1, MOST_KWH)), shown('capacityKwh')),
    },
    capacityKwhType: { value: 'num' },
    by: { value: '07:00', validate: validator(typedSetting('by', timeOfDay)) },
    byType: { value: 'str' },
    days: { value: 'daily', validate: validator(oneOf(PLAN.days.values)) },
    weekdays: { value: [], validate: validator(someOf(PLAN.weekdays.values), shown('weekdays')) },
    powerKw: {
      value: '7.4',
      validate: validator(typedSetting('powerKw', between('number', LEAST_KW, MOST_KW)), shown('powerKw')),
    },
    powerKwType: { value: 'num' },
    maxPrice: { value: '', validate: validator(typedSetting('maxPrice', number)) },
    maxPriceType: { value: 'num' },
    force: { value: true },
    onePiece: { value: false },
    leastRun: {
      value: '15',
      validate: validator(typedSetting('leastRun', between('number', 0, MOST_MINUTES)), shown('leastRun')),
    },
    leastRunType: { value: 'num' },
    buffer: {
      value: '15',
      validate: validator(typedSetting('buffer', between('number', 0, MOST_MINUTES)), shown('buffer')),
    },
    bufferType: { value: 'num' },
    series: { value: 'none', validate: validator(oneOf(PLAN.series.values)) },
    seriesFrom: {
      value: 'forecast',
      validate: validator(
        typed('seriesFrom', () => true),
        shown('seriesFrom'),
      ),
    },
    seriesFromType: { value: 'msg' },
    seriesWeight: { value: 'alike', validate: validator(oneOf(PLAN.seriesWeight.values), shown('seriesWeight')) },
    houseW: {
      value: '500',
      validate: validator(typedSetting('houseW', between('number', 0, MOST_W)), shown('houseW')),
    },
    houseWType: { value: 'num' },
    timeZone: { value: '' },
    repeat: { value: 5, validate: validator(atLeast('repeat', 0)) },
    dryRun: { value: false },
    lockOverrides: { value: false },
    overrides: { value: ['config', 'override'], validate: validator(someOf(PLAN.overrides.values)) },
    version: { value: 1 },
  },
  paletteLabel() {
    return this._('zaptec-plan.palette');
  },
  label() {
    if (this.name) return this.name;
    const unit = this._(`zaptec-plan.unit-of.${savedOr(this, 'goal')}`);
    const what = `${savedOr(this, 'amount')} ${unit} < ${savedOr(this, 'by')}`;
    const name = whom(this, 'charger');
    return name === undefined ? what : `${name}: ${what}`;
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
    unfoldChanged(this);
    overridesField(this, PLAN.overrides);
    fillSelect(this, 'pricePer', PLAN.pricePer.values, this.pricePer);
    fillSelect(this, 'goal', PLAN.goal.values, this.goal);
    fillSelect(this, 'days', PLAN.days.values, this.days);
    fillSelect(this, 'series', PLAN.series.values, this.series);
    fillSelect(this, 'seriesWeight', PLAN.seriesWeight.values, this.seriesWeight);
    listField(this, 'weekdays', choices(this, 'weekdays', PLAN.weekdays.values));
    typedField(this, 'seriesFrom', undefined, PLAN.seriesFromType.values);
    picker(this, 'charger', 'charger', PLAN.chargerType.values);
    typedField(this, 'prices', undefined, PLAN.pricesType.values);
    typedField(this, 'by');
    numberFields(this, 'amount', 'capacityKwh', 'powerKw', 'maxPrice', 'leastRun', 'buffer', 'houseW');
    showDecision(this);
    switchRows(this, ROWS);
    showPreviews(this, {
      powerKw: () => power(this),
      amount: () => chargingTime(this),
    });
  },
  oneditsave() {
    saveLists(this, ['weekdays', 'overrides']);
  },
});
