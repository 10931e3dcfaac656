import { CHARGER, COMMANDS } from '../shared/properties';
import { literal, showEffect, type EffectTarget } from '../shared/editor/effect';
import { claimForm, current } from '../shared/editor/form';
import { saveLists } from '../shared/editor/list-field';
import { whom } from '../shared/editor/names';
import { typedPickMany } from '../shared/editor/pick-many';
import { picker } from '../shared/editor/picker';
import { unfoldChanged } from '../shared/editor/groups';
import { overridesField } from '../shared/editor/overrides-field';
import type { EditorNode, Validity } from '../shared/editor/red';
import { shownBy, switchRows, type Rows } from '../shared/editor/rows';
import { choices, fillSelect, worded } from '../shared/editor/select';
import { typedField } from '../shared/editor/typed-field';
import { numberFields, typedSetting } from '../shared/editor/typed-setting';
import { between, oneOf, orBlank, reference, someOf, typed, validator } from '../shared/editor/validators';

type Charger = EditorNode<typeof CHARGER>;
const CHANGES: readonly string[] = ['command', 'update', 'prioritize'];
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

/** Whom the node is about: its chargers, or all of an installation. */
const about = (node: Charger): string | undefined =>
  whom(node, node.action !== 'list' && node.target === 'charger' ? 'charger' : 'installation');

/** Whom a change reaches; undefined for a node that only reads. */
const changes = (node: Charger): EffectTarget | undefined => {
  const { action, target } = current(node);
  const installation = literal(node, 'installation');
  const chargers = target === 'charger' ? literal(node, 'charger') : '';
  if (!CHANGES.includes(action) || installation === undefined || chargers === undefined) return undefined;
  // A blank charger is that of the message.
  return target === 'charger' && chargers === '' ? undefined : { installation, chargers };
};

RED.nodes.registerType<typeof CHARGER>('zaptec-charger', {
  category: 'zaptec',
  color: '#50AAAB',
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
    overrides: { value: ['charger', 'installation', 'command'], validate: validator(someOf(CHARGER.overrides.values)) },
    version: { value: 1 },
  },
  paletteLabel() {
    return this._('zaptec-charger.palette');
  },
  label() {
    if (this.name) return this.name;
    const fixed = this.action === 'command' && this.commandType === 'str';
    const name = about(this);
    if (name === undefined) return worded(this, fixed ? `command.${this.command}` : `label.${this.action}`, 'palette');
    return worded(this, fixed ? `command-of.${this.command}` : `label-of.${this.action}`, 'palette', { name });
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
    unfoldChanged(this);
    overridesField(this, CHARGER.overrides);
    fillSelect(this, 'action', CHARGER.action.values, this.action);
    fillSelect(this, 'target', CHARGER.target.values, this.target);
    fillSelect(this, 'output', CHARGER.output.values, this.output);
    fillSelect(this, 'format', CHARGER.format.values, this.format);
    for (const name of ['maxChargePhases', 'offlineChargePhase', 'priorityPhases'] as const) {
      fillSelect(this, name, CHARGER[name].values, this[name]);
    }
    numberFields(this, 'maxChargeCurrent', 'minChargeCurrent', 'offlineChargeCurrent', 'meterValueInterval');
    numberFields(this, 'priorityCurrent');
    typedPickMany(this, 'charger', 'charger');
    picker(this, 'installation', 'installation');
    typedField(this, 'command', choices(this, 'command', COMMANDS));
    switchRows(this, ROWS);
    showEffect(
      this,
      () => undefined,
      () => changes(this),
    );
  },
  oneditsave() {
    saveLists(this, ['overrides']);
  },
});
