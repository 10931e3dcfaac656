import { expect } from 'chai';
import { labelOf, problemOf, readConnection } from '../../../nodes/connection/settings';
import {
  CHARGER,
  CONNECTION,
  INSTALLATION,
  MAX_SPEED,
  REQUEST,
  SUBSCRIBE,
  type Properties,
} from '../../../nodes/shared/properties';
import { readSettings } from '../../../nodes/shared/settings';

const def = (over: object = {}) => ({ id: '1', type: 't', z: 'z', name: '', ...over });
const nobody = { username: undefined, password: undefined, redisUrl: undefined };

describe('the settings of a node', () => {
  it('are complete when the flow lacks some', () => {
    const settings = readSettings(CHARGER, def());
    expect(settings).to.include({
      action: 'state',
      target: 'charger',
      commandType: 'msg',
      lockOverrides: false,
      id: '1',
    });
    expect(settings.overrides, 'a flow from before there was the choice').to.deep.equal([
      'action',
      'charger',
      'installation',
      'command',
    ]);
  });

  it('have the promised types although the environment gives others', () => {
    const settings = readSettings(CHARGER, def({ charger: 42, allowDestructive: 'true', lockOverrides: 'no' }));
    expect(settings).to.include({ charger: '42', allowDestructive: true, lockOverrides: false });
    expect(readSettings(CONNECTION, def({ speed: '60' }))).to.include({ speed: 60 });
    expect(readSettings(CONNECTION, def({ speed: '' }))).to.include({ speed: 1 });
  });

  it('take a list as it is, or from a text with commas as the environment has it', () => {
    const chargers = (given: unknown) => readSettings(SUBSCRIBE, def({ chargers: given })).chargers;
    expect(chargers([' Garage', 42, '', null])).to.deep.equal(['Garage', '42']);
    expect(chargers('Garage, Carport')).to.deep.equal(['Garage', 'Carport']);
    expect(chargers(['Garage,Carport', 'Barn']), 'a variable that a dialog has stored').to.deep.equal([
      'Garage',
      'Carport',
      'Barn',
    ]);
    for (const nothing of [undefined, null, '', [], {}]) expect(chargers(nothing)).to.deep.equal([]);
  });

  it('default to values that they allow, and name the types of their typed inputs', () => {
    for (const table of [CONNECTION, INSTALLATION, CHARGER, SUBSCRIBE, REQUEST] as Properties[]) {
      for (const { value, values, typeOf } of Object.values(table)) {
        if (values) expect(values).to.include.members(typeof value === 'object' ? [...value] : [value]);
        if (typeOf !== undefined) expect(table).to.have.property(typeOf);
      }
      expect(table).to.have.nested.property('version.value', 1);
    }
  });
});

describe('the settings of a connection', () => {
  const read = (over: object, credentials: object = {}) => readConnection(def(over), { ...nobody, ...credentials });

  it('stay read-only when in unconfirmed', () => {
    for (const readOnly of [true, 'true', 'yes', '${UNSET}', '1'])
      expect(read({ readOnly })).to.include({ readOnly: true });
    for (const readOnly of [undefined, false, 'false', '0', 'no', 'off', ''])
      expect(read({ readOnly }), String(readOnly)).to.include({ readOnly: false });
  });

  it('take a number for a password', () => {
    expect(read({}, { username: ' me@example.org ', password: 123456 })).to.include({
      username: 'me@example.org',
      password: '123456',
    });
  });

  it('name what is missing before anything is sent', () => {
    const code = (over: object, credentials?: object) => problemOf(read(over, credentials))?.code;
    const account = { username: 'me@example.org', password: 'secret-word' };
    expect(code({})).to.equal('AUTH_MISSING');
    expect(code({}, { username: 'me@example.org' })).to.equal('AUTH_MISSING');
    expect(code({}, { username: '${NOBODY}', password: 'x' })).to.equal('AUTH_MISSING');
    expect(code({}, account)).to.equal(undefined);
    expect(code({ cloud: 'custom' }, account)).to.equal('CONFIG_INVALID');
    expect(code({ cloud: 'elsewhere' }, account)).to.equal('CONFIG_INVALID');
    expect(code({ cloud: 'simulator', speed: 'fast' })).to.equal('CONFIG_INVALID');
    expect(code({ cloud: 'simulator' })).to.equal(undefined);
    expect(code({ cloud: 'simulator', speed: MAX_SPEED })).to.equal(undefined);
    expect(problemOf(read({ cloud: 'simulator', speed: MAX_SPEED + 1 }))?.message).to.match(
      /speed of the simulator is 100001\. .*from 0 to 100000/,
    );
    expect(problemOf(read({}, { username: '${NOBODY}', password: 'x' }))?.message).to.include('NOBODY');
  });

  it('never use the e-mail address as a label', () => {
    const account = { username: 'me@example.org', password: 'secret-word' };
    expect(labelOf(read({}, account))).to.equal('Zaptec');
    expect(labelOf(read({ name: 'Home' }, account))).to.equal('Home');
    expect(labelOf(read({ cloud: 'simulator' }))).to.equal('Simulator');
    expect(labelOf(read({ cloud: 'custom', baseUrl: 'http://127.0.0.1:8080' }, account))).to.equal('127.0.0.1:8080');
    expect(labelOf(read({ cloud: 'custom', baseUrl: 'nonsense' }, account))).to.equal('Custom');
  });
});
