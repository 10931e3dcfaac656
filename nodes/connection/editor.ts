import { CONNECTION, MAX_SPEED } from '../shared/properties';
import { accountOfForm } from '../shared/editor/account';
import { reportButton } from '../shared/editor/account-tools';
import { connectionTest } from '../shared/editor/connection-test';
import { watchNewNodes } from '../shared/editor/first-connection';
import { claimForm, current, field } from '../shared/editor/form';
import { languageField } from '../shared/editor/language-field';
import { watchNames } from '../shared/editor/names';
import { plainPicker } from '../shared/editor/picker';
import type { EditorNode } from '../shared/editor/red';
import { shownBy, switchRows, type Rows } from '../shared/editor/rows';
import { scenarioField } from '../shared/editor/scenario-field';
import { fillSelect, worded } from '../shared/editor/select';
import { addSidebar } from '../shared/editor/sidebar';
import { simulatorPage } from '../shared/editor/simulator-page';
import { address, filled, oneOf, optionalGuid, positive, scenario, validator } from '../shared/editor/validators';

type Connection = EditorNode<typeof CONNECTION>;

const simulated = ({ cloud }: Connection): boolean => cloud === 'simulator';
const ROWS: Rows<Connection> = {
  account: (node) => !simulated(node),
  baseUrl: ({ cloud }) => cloud === 'custom',
  scenario: simulated,
  speed: simulated,
};
const shown = shownBy(ROWS);

RED.nodes.registerType<typeof CONNECTION>('zaptec-connection', {
  category: 'config',
  defaults: {
    name: { value: '' },
    cloud: { value: 'zaptec', required: true, validate: validator(oneOf(CONNECTION.cloud.values)) },
    baseUrl: { value: '', validate: validator(address('baseUrl'), shown('baseUrl')) },
    readOnly: { value: false },
    transport: { value: 'auto', validate: validator(oneOf(CONNECTION.transport.values)) },
    userGroup: { value: '', validate: validator(optionalGuid('userGroup'), shown('account')) },
    language: { value: 'en', validate: validator(oneOf(CONNECTION.language.values)) },
    endedSessions: { value: 'each', validate: validator(oneOf(CONNECTION.endedSessions.values), shown('account')) },
    scenario: { value: 'home', validate: validator(scenario('scenario'), shown('scenario')) },
    speed: { value: 1, validate: validator(positive('speed', MAX_SPEED), shown('speed')) },
    version: { value: 1 },
  },
  credentials: {
    username: { type: 'text', validate: validator(filled('username'), shown('account')) },
    password: { type: 'password', validate: validator(filled('password'), shown('account')) },
    redisUrl: { type: 'password' },
    binding: { type: 'password' },
  },
  paletteLabel() {
    return this._('zaptec-connection.palette');
  },
  label() {
    return this.name || (this.cloud === 'custom' && this.baseUrl) || worded(this, `cloud.${this.cloud}`, 'palette');
  },
  labelStyle() {
    return this.name ? 'node_label_italic' : '';
  },
  oneditprepare() {
    claimForm(this);
    fillSelect(this, 'cloud', CONNECTION.cloud.values, this.cloud);
    fillSelect(this, 'transport', CONNECTION.transport.values, this.transport);
    fillSelect(this, 'endedSessions', CONNECTION.endedSessions.values, this.endedSessions);
    languageField(this, this.language);
    scenarioField(this, this.scenario);
    plainPicker(this, 'userGroup', 'userGroup', () => accountOfForm(this));
    connectionTest(this, $('#zaptec-connection-test'), $('#zaptec-connection-checks'));
    reportButton(this.id, $('#zaptec-connection-report'), $('#zaptec-connection-report-failure'));
    simulatorPage(() => current(this).scenario, $('#zaptec-connection-page'), $('#zaptec-connection-page-failure'));
    switchRows(this, ROWS);
    // A password that somebody enters belongs to the address of now.
    field(this, 'password').on('input', () => field(this, 'binding').val(''));
    const { transport, userGroup, endedSessions } = current(this);
    const isUsual = transport === 'auto' && userGroup === '' && endedSessions === 'each';
    $('#zaptec-connection-advanced').prop('open', !isUsual);
  },
});

// The words of the tab are there only now.
addSidebar();
watchNames();
watchNewNodes();
