import { INSTALLATION } from '../shared/properties';
import { claimForm } from '../shared/editor/form';
import { saveLists } from '../shared/editor/list-field';
import { whom } from '../shared/editor/names';
import { picker } from '../shared/editor/picker';
import { unfoldChanged } from '../shared/editor/groups';
import { overridesField } from '../shared/editor/overrides-field';
import type { EditorNode } from '../shared/editor/red';
import { shownBy, switchRows, type Rows } from '../shared/editor/rows';
import { fillSelect, worded } from '../shared/editor/select';
import { oneOf, reference, validator, someOf } from '../shared/editor/validators';

type Installation = EditorNode<typeof INSTALLATION>;

const ROWS: Rows<Installation> = {
  installation: ({ action }) => action !== 'list',
  output: ({ action }) => ['list', 'chargers', 'firmware'].includes(action),
  update: ({ action }) => action === 'update',
};
const shown = shownBy(ROWS);

RED.nodes.registerType<typeof INSTALLATION>('zaptec-installation', {
  category: 'zaptec',
  color: '#50AAAB',
  icon: 'zaptec-installation.svg',
  inputs: 1,
  outputs: 1,
  align: 'left',
  defaults: {
    name: { value: '' },
    connection: { value: '', type: 'zaptec-connection', required: true },
    action: { value: 'list', required: true, validate: validator(oneOf(INSTALLATION.action.values)) },
    installation: { value: '', validate: validator(reference('installation'), shown('installation')) },
    installationType: { value: 'str' },
    output: { value: 'array', validate: validator(oneOf(INSTALLATION.output.values)) },
    lockOverrides: { value: false },
    overrides: { value: ['installation'], validate: validator(someOf(INSTALLATION.overrides.values)) },
    version: { value: 1 },
  },
  paletteLabel() {
    return this._('zaptec-installation.palette');
  },
  label() {
    if (this.name) return this.name;
    const name = this.action === 'list' ? undefined : whom(this, 'installation');
    if (name === undefined) return worded(this, `label.${this.action}`, 'palette');
    return worded(this, `label-of.${this.action}`, 'palette', { name });
  },
  labelStyle() {
    return this.name ? 'node_label_italic' : '';
  },
  inputLabels() {
    return this._('zaptec-installation.port.input');
  },
  outputLabels() {
    return worded(this, `port.${this.action}`, 'port.output');
  },
  oneditprepare() {
    claimForm(this);
    unfoldChanged(this);
    overridesField(this, INSTALLATION.overrides);
    fillSelect(this, 'action', INSTALLATION.action.values, this.action);
    fillSelect(this, 'output', INSTALLATION.output.values, this.output);
    picker(this, 'installation', 'installation');
    switchRows(this, ROWS);
  },
  oneditsave() {
    saveLists(this, ['overrides']);
  },
});
