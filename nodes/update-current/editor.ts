import { UPDATE_CURRENT, VALUE_TYPES } from '../shared/properties';
import { literal, showEffect, type EffectTarget } from '../shared/editor/effect';
import { claimForm, current } from '../shared/editor/form';
import { saveLists } from '../shared/editor/list-field';
import { savedOr, whom } from '../shared/editor/names';
import { picker } from '../shared/editor/picker';
import { unfoldChanged } from '../shared/editor/groups';
import { overridesField } from '../shared/editor/overrides-field';
import { currentInWords, powerInWords } from '../shared/editor/preview';
import type { EditorNode, Validity } from '../shared/editor/red';
import { shownBy, switchRows, type Rows } from '../shared/editor/rows';
import { fillSelect, worded } from '../shared/editor/select';
import { typedField } from '../shared/editor/typed-field';
import { literalNumber } from '../shared/editor/typed-setting';
import { atLeast, oneOf, reference, typed, validator, someOf } from '../shared/editor/validators';

type UpdateCurrent = EditorNode<typeof UPDATE_CURRENT>;

const INTERVAL = 15;
const COOLDOWN = 60;

const ROWS: Rows<UpdateCurrent> = {
  charger: ({ target }) => target === 'charger',
  'charger-tip': ({ target }) => target === 'charger',
  'installation-tip': ({ target }) => target !== 'charger',
  'limit-tip': ({ role }) => role === 'limit',
  // A limit is lowered at once in any case, and nobody may exceed it.
  lowerAtOnce: ({ role }) => role === 'target',
  withdrawn: ({ role }) => role === 'target',
  combine: ({ role }) => role === 'target',
  priority: ({ role, combine }) => role === 'target' && combine === 'priority',
  foreign: ({ role }) => role === 'target',
  cooldown: ({ role, lowerAtOnce }) => role === 'limit' || lowerAtOnce,
  safeValue: ({ deadMan }) => String(deadMan).trim() !== '0',
};
const shown = shownBy(ROWS);

/** Blank leaves it to the message, so only a node that takes nothing from the message must name one. */
const charger = (node: UpdateCurrent, value: string): Validity =>
  value !== '' || !current(node).lockOverrides || node._('zaptec-update-current.error.charger');

/** What a fixed value means in A and kW. */
const valueInWords = (node: UpdateCurrent): string | undefined => {
  const value = literalNumber(node, 'value');
  const { unit } = current(node);
  if (value === undefined) return undefined;
  return unit === 'A' ? currentInWords(value) : powerInWords(unit === 'kW' ? value * 1_000 : value);
};

const target = (node: UpdateCurrent): EffectTarget | undefined => {
  const installation = literal(node, 'installation');
  const chargers = current(node).target === 'charger' ? literal(node, 'charger') : '';
  if (installation === undefined || chargers === undefined) return undefined;
  // A blank charger is that of the message.
  return current(node).target === 'charger' && chargers === ''
    ? undefined
    : { installation, chargers, needsOne: chargers === '' };
};

RED.nodes.registerType<typeof UPDATE_CURRENT>('zaptec-update-current', {
  category: 'zaptec',
  color: '#50AAAB',
  icon: 'zaptec-update-current.svg',
  inputs: 1,
  outputs: 2,
  align: 'left',
  defaults: {
    name: { value: '' },
    connection: { value: '', type: 'zaptec-connection', required: true },
    target: { value: 'installation', validate: validator(oneOf(UPDATE_CURRENT.target.values)) },
    installation: { value: '', validate: validator(reference('installation')) },
    installationType: { value: 'str' },
    charger: { value: '', validate: validator(typed('charger', charger), shown('charger')) },
    chargerType: { value: 'str' },
    role: { value: 'target', validate: validator(oneOf(UPDATE_CURRENT.role.values)) },
    value: { value: 'payload', validate: validator(typed('value', () => true)) },
    valueType: { value: 'msg' },
    unit: { value: 'A', validate: validator(oneOf(UPDATE_CURRENT.unit.values)) },
    interval: { value: 15, validate: validator(atLeast('interval', INTERVAL)) },
    deadBand: { value: 1, validate: validator(atLeast('deadBand', 0)) },
    lowerAtOnce: { value: true },
    cooldown: { value: 60, validate: validator(atLeast('cooldown', COOLDOWN), shown('cooldown')) },
    deadMan: { value: 0, validate: validator(atLeast('deadMan', 0)) },
    safeValue: { value: 6, validate: validator(atLeast('safeValue', 0), shown('safeValue')) },
    withdrawn: {
      value: 'restore',
      validate: validator(oneOf(UPDATE_CURRENT.withdrawn.values), shown('withdrawn')),
    },
    combine: { value: 'newest', validate: validator(oneOf(UPDATE_CURRENT.combine.values), shown('combine')) },
    priority: { value: 0, validate: validator(atLeast('priority', -Infinity), shown('priority')) },
    foreign: { value: 'report', validate: validator(oneOf(UPDATE_CURRENT.foreign.values), shown('foreign')) },
    dryRun: { value: false },
    lockOverrides: { value: false },
    overrides: { value: ['installation', 'charger'], validate: validator(someOf(UPDATE_CURRENT.overrides.values)) },
    version: { value: 1 },
  },
  paletteLabel() {
    return this._('zaptec-update-current.palette');
  },
  label() {
    if (this.name) return this.name;
    const target = savedOr(this, 'target');
    const role = savedOr(this, 'role');
    const what = worded(this, `label.${role}`, 'palette');
    const name = whom(this, target === 'charger' ? 'charger' : 'installation');
    const isFixed = savedOr(this, 'valueType') === 'num';
    const value = isFixed ? `${savedOr(this, 'value')} ${savedOr(this, 'unit')}` : undefined;
    const parts = [what, name, value].filter((part) => part !== undefined);
    return parts.length > 1 ? parts.join(' ') : worded(this, `label.${target}`, 'palette');
  },
  labelStyle() {
    return this.name ? 'node_label_italic' : '';
  },
  inputLabels() {
    return this._('zaptec-update-current.port.input');
  },
  outputLabels(index) {
    return index === 0 ? this._('zaptec-update-current.port.applied') : this._('zaptec-update-current.port.decisions');
  },
  oneditprepare() {
    claimForm(this);
    unfoldChanged(this);
    overridesField(this, UPDATE_CURRENT.overrides);
    fillSelect(this, 'target', UPDATE_CURRENT.target.values, this.target);
    fillSelect(this, 'role', UPDATE_CURRENT.role.values, this.role);
    fillSelect(this, 'unit', UPDATE_CURRENT.unit.values, this.unit);
    const { values: leaves, absent } = UPDATE_CURRENT.withdrawn;
    fillSelect(this, 'withdrawn', leaves, this.withdrawn, absent);
    fillSelect(this, 'combine', UPDATE_CURRENT.combine.values, this.combine);
    fillSelect(this, 'foreign', UPDATE_CURRENT.foreign.values, this.foreign);
    picker(this, 'charger', 'charger');
    picker(this, 'installation', 'installation');
    typedField(this, 'value', undefined, VALUE_TYPES);
    switchRows(this, ROWS);
    showEffect(
      this,
      () => valueInWords(this),
      () => target(this),
    );
  },
  oneditsave() {
    saveLists(this, ['overrides']);
  },
});
