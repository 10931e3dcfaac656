import { DOCTOR } from '../shared/properties';
import { claimForm } from '../shared/editor/form';
import { unfoldChanged } from '../shared/editor/groups';
import type { EditorNode } from '../shared/editor/red';
import { switchRows, type Rows } from '../shared/editor/rows';
import { fillSelect } from '../shared/editor/select';
import { oneOf, positive, validator } from '../shared/editor/validators';

type Doctor = EditorNode<typeof DOCTOR>;

const MOST_MINUTES = 10_000;
const ROWS: Rows<Doctor> = { severity: ({ show }) => show === 'findings' };

/** What the connection is called; a connection without a name is called by its cloud. */
const accountName = (id: string): string | undefined => {
  const { name } = (RED.nodes.node(id) ?? {}) as { name?: string };
  return name === '' ? undefined : name;
};

RED.nodes.registerType<typeof DOCTOR>('zaptec-doctor', {
  category: 'zaptec',
  color: '#50AAAB',
  icon: 'zaptec-doctor.svg',
  inputs: 1,
  outputs: 1,
  align: 'left',
  defaults: {
    name: { value: '' },
    connection: { value: '', type: 'zaptec-connection', required: true },
    show: { value: 'all', validate: validator(oneOf(DOCTOR.show.values)) },
    severity: { value: 'warning', validate: validator(oneOf(DOCTOR.severity.values)) },
    silence: { value: 90, validate: validator(positive('silence', MOST_MINUTES)) },
    version: { value: 1 },
  },
  paletteLabel() {
    return this._('zaptec-doctor.palette');
  },
  label() {
    if (this.name) return this.name;
    const name = accountName(this.connection);
    return name === undefined ? this._('zaptec-doctor.palette') : this._('zaptec-doctor.label', { name });
  },
  labelStyle() {
    return this.name ? 'node_label_italic' : '';
  },
  inputLabels() {
    return this._('zaptec-doctor.port.input');
  },
  outputLabels() {
    return this._('zaptec-doctor.port.output');
  },
  oneditprepare() {
    claimForm(this);
    unfoldChanged(this);
    fillSelect(this, 'show', DOCTOR.show.values, this.show);
    fillSelect(this, 'severity', DOCTOR.severity.values, this.severity);
    switchRows(this, ROWS);
  },
});
