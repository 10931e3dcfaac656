import { expect } from 'chai';
import { chargerInProgress } from '../../../nodes/charger/in-progress';
import { CHARGER } from '../../../nodes/shared/properties';
import { readSettings } from '../../../nodes/shared/settings';

const RED = {
  util: { getMessageProperty: (message: object, name: string) => new Map(Object.entries(message)).get(name) },
};

describe('what a charger node shows while it works', () => {
  for (const [shown, settings, message] of [
    [undefined, { action: 'state' }, {}],
    ['pausing', { action: 'command', command: 'pause', commandType: 'str' }, {}],
    ['resuming', { action: 'command' }, { payload: 'on' }],
    ['restarting', { action: 'command' }, { payload: 'on', command: 'restart' }],
    ['resuming', { action: 'command', lockOverrides: true }, { payload: true, command: 'restart' }],
    ['commanding', { action: 'command' }, { payload: { no: 'command' } }],
    ['commanding', { action: 'command', command: 'wish', commandType: 'flow' }, {}],
    ['changing', { action: 'state' }, { action: 'update' }],
    [undefined, { action: 'state', overrides: ['charger'] }, { action: 'update' }],
    ['prioritizing', { action: 'prioritize' }, {}],
  ] as const) {
    it(`is ${shown ?? 'the usual word'} for ${JSON.stringify({ ...settings, ...message })}`, () => {
      const def = { id: 'c', type: 'zaptec-charger', z: 'z', name: '', ...settings };
      const status = chargerInProgress(RED as never, readSettings(CHARGER, def), { _msgid: '1', ...message });
      expect(status?.key).to.equal(shown);
      if (status) expect(status.code).to.equal('working');
    });
  }
});
