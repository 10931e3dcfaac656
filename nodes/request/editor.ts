import { REQUEST } from '../shared/properties';
import { claimForm } from '../shared/editor/form';
import { unfoldChanged } from '../shared/editor/groups';
import type { EditorNode, Validity } from '../shared/editor/red';
import { switchRows, type Rows } from '../shared/editor/rows';
import { savedOr } from '../shared/editor/names';
import { fillSelect } from '../shared/editor/select';
import { typedField } from '../shared/editor/typed-field';
import { oneOf, typed, validator } from '../shared/editor/validators';

type Request = EditorNode<typeof REQUEST>;

const ROWS: Rows<Request> = {
  pages: ({ method }) => method === 'GET',
  body: ({ method }) => method !== 'GET',
  undocumented: ({ undocumented }) => undocumented,
};

const path = (node: Request, value: string): Validity =>
  /^\/(?!\/)\S*$/.test(value) || node._('zaptec-request.error.path');

RED.nodes.registerType<typeof REQUEST>('zaptec-request', {
  category: 'zaptec',
  color: '#50AAAB',
  icon: 'zaptec-request.svg',
  inputs: 1,
  outputs: 1,
  align: 'left',
  defaults: {
    name: { value: '' },
    connection: { value: '', type: 'zaptec-connection', required: true },
    method: { value: 'GET', required: true, validate: validator(oneOf(REQUEST.method.values)) },
    path: { value: '/api/constants', required: true, validate: validator(typed('path', path)) },
    pathType: { value: 'str' },
    pages: { value: false },
    undocumented: { value: false },
    version: { value: 1 },
  },
  paletteLabel() {
    return this._('zaptec-request.palette');
  },
  label() {
    const fixed = this.pathType === 'str' && this.path;
    const method = savedOr(this, 'method');
    return this.name || (fixed ? `${method} ${this.path}` : this._('zaptec-request.label', { method }));
  },
  labelStyle() {
    return this.name ? 'node_label_italic' : '';
  },
  inputLabels() {
    return this._('zaptec-request.port.input');
  },
  outputLabels() {
    return this._('zaptec-request.port.output');
  },
  oneditprepare() {
    claimForm(this);
    unfoldChanged(this);
    fillSelect(this, 'method', REQUEST.method.values, this.method);
    typedField(this, 'path');
    switchRows(this, ROWS);
  },
});
