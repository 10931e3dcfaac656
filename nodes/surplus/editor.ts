import { PRICE_TYPES, SURPLUS, VALUE_TYPES } from '../shared/properties';
import { showDecision } from '../shared/editor/decision';
import { claimForm } from '../shared/editor/form';
import { saveLists } from '../shared/editor/list-field';
import { savedOr, whom } from '../shared/editor/names';
import { picker } from '../shared/editor/picker';
import { currentInWords, powerInWords, showPreviews } from '../shared/editor/preview';
import { unfoldChanged } from '../shared/editor/groups';
import { overridesField } from '../shared/editor/overrides-field';
import type { EditorNode } from '../shared/editor/red';
import { shownBy, switchRows, type Rows } from '../shared/editor/rows';
import { fillSelect, worded } from '../shared/editor/select';
import { typedField } from '../shared/editor/typed-field';
import { literalNumber, numberFields, typedSetting } from '../shared/editor/typed-setting';
import { atLeast, between, oneOf, orBlank, typed, someOf, validator } from '../shared/editor/validators';

type Surplus = EditorNode<typeof SURPLUS>;

const MOST_W = 1_000_000;
const MOST_MINUTES = 120;

const hasConnection = ({ connection }: Surplus): boolean => connection !== '' && connection !== '_ADD_';
const isSunny = ({ mode }: Surplus): boolean => mode === 'sun' || mode === 'sun-and-least';
const ROWS: Rows<Surplus> = {
  installation: hasConnection,
  'chargers-tip': (node) => !hasConnection(node) && node.chargersPower.trim() === '',
  preference: isSunny,
  switchBelowA: ({ phases }) => phases === 'switching',
  'switching-tip': ({ phases }) => phases === 'switching',
  batterySign: ({ battery }) => battery.trim() !== '',
  batteryLevel: ({ battery }) => battery.trim() !== '',
  batteryFirstTo: ({ batteryLevel, battery }) => battery.trim() !== '' && batteryLevel.trim() !== '',
};
const shown = shownBy(ROWS);

const number = (property: string, least: number, most: number) =>
  validator(typedSetting(property, between('number', least, most)));
const optional = (property: string, least: number, most: number) =>
  validator(typedSetting(property, orBlank(between('number', least, most))));
const minutes = (property: string, least = 1) => number(property, least, MOST_MINUTES);
const reading = (property: string) => validator(orBlank(typedSetting(property, between('number', -MOST_W, MOST_W))));

RED.nodes.registerType<typeof SURPLUS>('zaptec-surplus', {
  category: 'zaptec',
  color: '#50AAAB',
  icon: 'zaptec-surplus.svg',
  inputs: 1,
  outputs: 2,
  align: 'left',
  defaults: {
    name: { value: '' },
    // The editor takes an empty reference for a mistake, unless the property judges for itself.
    connection: { value: '', type: 'zaptec-connection', validate: () => true },
    installation: {
      value: '',
      validate: validator(
        typed('installation', () => true),
        shown('installation'),
      ),
    },
    installationType: { value: 'str' },
    mode: { value: 'sun', validate: validator(oneOf(SURPLUS.mode.values)) },
    preference: { value: 'mostly-sun', validate: validator(oneOf(SURPLUS.preference.values)) },
    grid: { value: 'payload', validate: validator(typed('grid', () => true)) },
    gridType: { value: 'msg' },
    gridSign: { value: 'import', validate: validator(oneOf(SURPLUS.gridSign.values)) },
    unit: { value: 'W', validate: validator(oneOf(SURPLUS.unit.values)) },
    chargersPower: { value: '', validate: reading('chargersPower') },
    chargersPowerType: { value: 'num' },
    house: { value: '', validate: reading('house') },
    houseType: { value: 'num' },
    battery: { value: '', validate: reading('battery') },
    batteryType: { value: 'num' },
    batterySign: { value: 'charging', validate: validator(oneOf(SURPLUS.batterySign.values)) },
    batteryLevel: { value: '', validate: reading('batteryLevel') },
    batteryLevelType: { value: 'num' },
    batteryFirstTo: { value: '', validate: optional('batteryFirstTo', 0, 100) },
    batteryFirstToType: { value: 'num' },
    phases: { value: 'auto', validate: validator(oneOf(SURPLUS.phases.values)) },
    switchBelowA: {
      value: '8',
      validate: validator(typedSetting('switchBelowA', between('number', 6, 32)), shown('switchBelowA')),
    },
    switchBelowAType: { value: 'num' },
    maxA: { value: '16', validate: number('maxA', 6, 80) },
    maxAType: { value: 'num' },
    startW: { value: '', validate: optional('startW', 0, MOST_W) },
    startWType: { value: 'num' },
    startMinutes: { value: '3', validate: minutes('startMinutes') },
    startMinutesType: { value: 'num' },
    stopW: { value: '', validate: optional('stopW', -MOST_W, MOST_W) },
    stopWType: { value: 'num' },
    stopMinutes: { value: '10', validate: minutes('stopMinutes') },
    stopMinutesType: { value: 'num' },
    leastOnMinutes: { value: '20', validate: minutes('leastOnMinutes', 15) },
    leastOnMinutesType: { value: 'num' },
    startsPerDay: { value: '0', validate: number('startsPerDay', 0, 100) },
    startsPerDayType: { value: 'num' },
    smoothing: { value: '3', validate: minutes('smoothing') },
    smoothingType: { value: 'num' },
    reserveW: { value: '0', validate: number('reserveW', -MOST_W, MOST_W) },
    reserveWType: { value: 'num' },
    silence: { value: '5', validate: minutes('silence') },
    silenceType: { value: 'num' },
    timeZone: { value: '' },
    repeat: { value: 5, validate: validator(atLeast('repeat', 0)) },
    dryRun: { value: false },
    lockOverrides: { value: false },
    overrides: { value: ['mode', 'config', 'override'], validate: validator(someOf(SURPLUS.overrides.values)) },
    version: { value: 1 },
  },
  paletteLabel() {
    return this._('zaptec-surplus.palette');
  },
  label() {
    if (this.name) return this.name;
    const mode = savedOr(this, 'mode');
    const what = worded(this, `mode.${mode}`, 'palette');
    const name = whom(this, 'installation');
    return name === undefined ? what : `${name}: ${what}`;
  },
  labelStyle() {
    return this.name ? 'node_label_italic' : '';
  },
  inputLabels() {
    return this._('zaptec-surplus.port.input');
  },
  outputLabels(index) {
    return index === 0 ? this._('zaptec-surplus.port.current') : this._('zaptec-surplus.port.surplus');
  },
  oneditprepare() {
    claimForm(this);
    unfoldChanged(this);
    overridesField(this, SURPLUS.overrides);
    for (const name of ['mode', 'preference', 'gridSign', 'unit', 'batterySign', 'phases'] as const) {
      fillSelect(this, name, SURPLUS[name].values, this[name]);
    }
    picker(this, 'installation', 'installation', SURPLUS.installationType.values);
    typedField(this, 'grid', undefined, PRICE_TYPES);
    for (const name of ['chargersPower', 'house', 'battery', 'batteryLevel']) {
      typedField(this, name, undefined, VALUE_TYPES);
    }
    numberFields(this, 'batteryFirstTo', 'switchBelowA', 'maxA', 'startW', 'startMinutes', 'stopW', 'stopMinutes');
    numberFields(this, 'leastOnMinutes', 'startsPerDay', 'smoothing', 'reserveW', 'silence');
    switchRows(this, ROWS);
    showDecision(this);
    showPreviews(this, {
      maxA: () => currentInWords(literalNumber(this, 'maxA')),
      startW: () => powerInWords(literalNumber(this, 'startW')),
      stopW: () => powerInWords(literalNumber(this, 'stopW')),
      reserveW: () => powerInWords(literalNumber(this, 'reserveW')),
    });
  },
  oneditsave() {
    saveLists(this, ['overrides']);
  },
});
