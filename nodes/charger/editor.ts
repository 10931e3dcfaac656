import { CHARGER, COMMANDS } from '../shared/properties';
import { claimForm, current } from '../shared/editor/form';
import { picker } from '../shared/editor/picker';
import type { EditorNode, Validity } from '../shared/editor/red';
import { shownBy, switchRows, type Rows } from '../shared/editor/rows';
import { choices, fillSelect, worded } from '../shared/editor/select';
import { typedField } from '../shared/editor/typed-field';
import { numberFields, typedSetting } from '../shared/editor/typed-setting';
import { between, oneOf, orBlank, reference, typed, validator } from '../shared/editor/validators';

type Charger = EditorNode<typeof CHARGER>;
const DESTRUCTIVE = ['restart', 'upgrade-firmware', 'deauthorize'];

const ROWS: Rows<Charger> = {
  target: ({ action }) => action !== 'list',
  charger: ({ action, target }) => action !== 'list' && target === 'charger',
  command: ({ action }) => action === 'command',
  update: ({ action }) => action === 'update',
  prioritize: ({ action }) => action === 'prioritize',
  format: ({ action }) => action === 'state',
  output: ({ action }) => ['list', 'get', 'state'].includes(action),
};
const shown = shownBy(ROWS);

/** Blank leaves it to the message, so only a node that takes nothing from the message must name one. */
const charger = (node: Charger, value: string): Validity =>
  value !== '' || !current(node).lockOverrides || node._('zaptec-charger.error.charger');

/** A command that interrupts people must be allowed in so many words, here as at run time. */
const command = (node: Charger, value: string): Validity => {
  if (!(COMMANDS as readonly string[]).includes(value)) return node._('zaptec-charger.error.command');
  if (DESTRUCTIVE.includes(value) && !current(node).allowDestructive) return node._('zaptec-charger.error.destructive');
  return true;
};

const optional = (property: string, least: number, most: number, row: string) =>
  validator(typedSetting(property, orBlank(between('number', least, most))), shown(row));

RED.nodes.registerType<typeof CHARGER>('zaptec-charger', {
  category: 'zaptec',
  color: '#DEBD5C',
  icon: 'zaptec-charger.svg',
  inputs: 1,
  outputs: 1,
  align: 'left',
  defaults: {
    name: { value: '' },
    connection: { value: '', type: 'zaptec-connection', required: true },
    action: { value: 'state', required: true, validate: validator(oneOf(CHARGER.action.values)) },
    target: { value: 'charger', validate: validator(oneOf(CHARGER.target.values)) },
    charger: { value: '', validate: validator(typed('charger', charger), shown('charger')) },
    chargerType: { value: 'str' },
    installation: { value: '', validate: validator(reference('installation')) },
    installationType: { value: 'str' },
    command: {
      value: 'payload',
      validate: validator(typed('command', command), shown('command')),
    },
    commandType: { value: 'msg' },
    allowDestructive: { value: false },
    maxChargeCurrent: { value: '', validate: optional('maxChargeCurrent', 0, 32, 'update') },
    maxChargeCurrentType: { value: 'num' },
    minChargeCurrent: { value: '', validate: optional('minChargeCurrent', 6, 32, 'update') },
    minChargeCurrentType: { value: 'num' },
    maxChargePhases: { value: '', validate: validator(oneOf(CHARGER.maxChargePhases.values), shown('update')) },
    offlineChargeCurrent: { value: '', validate: optional('offlineChargeCurrent', -1, 32, 'update') },
    offlineChargeCurrentType: { value: 'num' },
    offlineChargePhase: { value: '', validate: validator(oneOf(CHARGER.offlineChargePhase.values), shown('update')) },
    meterValueInterval: { value: '', validate: optional('meterValueInterval', 0, 86_400, 'update') },
    meterValueIntervalType: { value: 'num' },
    priorityPhases: { value: '', validate: validator(oneOf(CHARGER.priorityPhases.values), shown('prioritize')) },
    priorityCurrent: { value: '', validate: optional('priorityCurrent', 0, 32, 'prioritize') },
    priorityCurrentType: { value: 'num' },
    format: { value: 'snapshot', validate: validator(oneOf(CHARGER.format.values), shown('format')) },
    output: { value: 'array', validate: validator(oneOf(CHARGER.output.values)) },
    lockOverrides: { value: false },
    version: { value: 1 },
  },
  paletteLabel() {
    return this._('zaptec-charger.palette');
  },
  label() {
    if (this.name) return this.name;
    const fixed = this.action === 'command' && this.commandType === 'str';
    return worded(this, fixed ? `command.${this.command}` : `label.${this.action}`, 'palette');
  },
  labelStyle() {
    return this.name ? 'node_label_italic' : '';
  },
  inputLabels() {
    return this._('zaptec-charger.port.input');
  },
  outputLabels() {
    return worded(this, `port.${this.action}`, 'port.output');
  },
  oneditprepare() {
    claimForm(this);
    fillSelect(this, 'action', CHARGER.action.values, this.action);
    fillSelect(this, 'target', CHARGER.target.values, this.target);
    fillSelect(this, 'output', CHARGER.output.values, this.output);
    fillSelect(this, 'format', CHARGER.format.values, this.format);
    for (const name of ['maxChargePhases', 'offlineChargePhase', 'priorityPhases'] as const) {
      fillSelect(this, name, CHARGER[name].values, this[name]);
    }
    numberFields(this, 'maxChargeCurrent', 'minChargeCurrent', 'offlineChargeCurrent', 'meterValueInterval');
    numberFields(this, 'priorityCurrent');
    picker(this, 'charger', 'charger');
    picker(this, 'installation', 'installation');
    typedField(this, 'command', choices(this, 'command', COMMANDS));
    switchRows(this, ROWS);
  },
});
