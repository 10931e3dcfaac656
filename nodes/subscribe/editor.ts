import { EVENTS, SUBSCRIBE } from '../shared/properties';
import { claimForm } from '../shared/editor/form';
import { listField, saveLists } from '../shared/editor/list-field';
import { whom } from '../shared/editor/names';
import { pickMany } from '../shared/editor/pick-many';
import { picker } from '../shared/editor/picker';
import { unfoldChanged } from '../shared/editor/groups';
import type { EditorNode } from '../shared/editor/red';
import { shownBy, switchRows, type Rows } from '../shared/editor/rows';
import { choices, fillSelect, worded } from '../shared/editor/select';
import { atLeast, oneOf, reference, someOf, validator } from '../shared/editor/validators';

type Subscribe = EditorNode<typeof SUBSCRIBE>;

const values = ({ emit }: Subscribe): boolean => emit === 'observations' || emit === 'snapshots';
const ROWS: Rows<Subscribe> = {
  observations: values,
  events: ({ emit }) => emit === 'events',
  pace: values,
  snapshots: ({ emit }) => emit === 'snapshots',
  format: ({ emit }) => emit === 'snapshots' || emit === 'events',
};
const shown = shownBy(ROWS);

RED.nodes.registerType<typeof SUBSCRIBE>('zaptec-subscribe', {
  category: 'zaptec',
  color: '#50AAAB',
  icon: 'zaptec-subscribe.svg',
  inputs: 1,
  outputs: 2,
  align: 'left',
  defaults: {
    name: { value: '' },
    connection: { value: '', type: 'zaptec-connection', required: true },
    installation: { value: '', validate: validator(reference('installation')) },
    installationType: { value: 'str' },
    emit: { value: 'events', required: true, validate: validator(oneOf(SUBSCRIBE.emit.values)) },
    chargers: { value: [] },
    observations: { value: [] },
    events: { value: [], validate: validator(someOf(EVENTS), shown('events')) },
    onChange: { value: true },
    every: { value: 0, validate: validator(atLeast('every', 0), shown('pace')) },
    initial: { value: true },
    who: { value: 'show', validate: validator(oneOf(SUBSCRIBE.who.values)) },
    format: { value: 'snapshot', validate: validator(oneOf(SUBSCRIBE.format.values), shown('format')) },
    version: { value: 1 },
  },
  paletteLabel() {
    return this._('zaptec-subscribe.palette');
  },
  label() {
    if (this.name) return this.name;
    const name = whom(this, 'chargers') ?? whom(this, 'installation');
    if (name === undefined) return worded(this, `label.${this.emit}`, 'palette');
    return worded(this, `label-of.${this.emit}`, 'palette', { name });
  },
  labelStyle() {
    return this.name ? 'node_label_italic' : '';
  },
  inputLabels() {
    return this._('zaptec-subscribe.port.input');
  },
  outputLabels(index) {
    return index === 1 ? this._('zaptec-subscribe.port.feed') : worded(this, `port.${this.emit}`, 'port.output');
  },
  oneditprepare() {
    claimForm(this);
    unfoldChanged(this);
    fillSelect(this, 'emit', SUBSCRIBE.emit.values, this.emit);
    fillSelect(this, 'who', SUBSCRIBE.who.values, this.who);
    fillSelect(this, 'format', SUBSCRIBE.format.values, this.format);
    picker(this, 'installation', 'installation', SUBSCRIBE.installationType.values);
    pickMany(this, 'chargers', 'charger');
    pickMany(this, 'observations', 'observation');
    listField(this, 'events', choices(this, 'events', EVENTS));
    switchRows(this, ROWS);
  },
  oneditsave() {
    saveLists(this, ['chargers', 'observations', 'events']);
  },
});
