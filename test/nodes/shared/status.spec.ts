import { expect } from 'chai';
import {
  failureStatus,
  inProgress,
  shortName,
  STATUSES,
  StatusReducer,
  type CodedStatus,
} from '../../../nodes/shared/status';
import { STATUS_TEXTS } from '../../../nodes/shared/status-texts';
import { textsOf } from '../../../nodes/shared/status';

describe('the status of a node', () => {
  const shown: CodedStatus[] = [];
  const reducer = (simulated = false) => {
    shown.length = 0;
    return new StatusReducer(
      (status) => shown.push(status),
      textsOf('zaptec-charger'),
      () => simulated,
    );
  };
  const texts = () => shown.map(({ text }) => text);

  it('counts the messages in flight and shows an outcome only when the last one is done', () => {
    const status = reducer();
    status.begin();
    status.begin();
    status.end(STATUSES.done);
    status.end(STATUSES.done);
    expect(texts()).to.deep.equal(['reading…', '2 working', 'reading…', 'done']);
  });

  it('emits nothing when nothing changed', () => {
    const status = reducer();
    status.setHealth('ok');
    status.setHealth('ok');
    expect(texts()).to.deep.equal(['connected']);
  });

  it('shows an error of the connection before all others, and no old failure when it is over', () => {
    const status = reducer();
    status.begin();
    status.setHealth('unreachable');
    status.end(failureStatus('NETWORK'));
    status.setHealth('ok');
    expect(texts()).to.deep.equal(['reading…', 'unreachable', 'connected']);
  });

  it('keeps the failure of a message while the connection is well', () => {
    const status = reducer();
    status.setHealth('ok');
    status.begin();
    status.end(failureStatus('ZAPTEC_528'));
    expect(shown.at(-1)).to.deep.equal({
      fill: 'red',
      shape: 'dot',
      text: 'ZAPTEC_528',
      code: 'ZAPTEC_528',
    });
  });

  it('has a code that stays whatever the text says', () => {
    const status = reducer(true);
    status.setHealth('unreachable');
    status.setHealth('ok');
    status.begin();
    status.begin();
    status.end({ fill: 'green', shape: 'dot', key: 'charging', parameters: { kw: '7.2' } });
    status.end({ fill: 'green', shape: 'dot', key: 'charging', parameters: { kw: '11.0' } });
    expect(shown.map(({ code }) => code)).to.deep.equal([
      'unreachable',
      'connected',
      'working',
      'working-many',
      'working',
      'charging',
    ]);
  });

  it('shows how far a message is, until one ends', () => {
    const status = reducer();
    status.begin();
    status.progress({ fill: 'blue', shape: 'dot', key: 'found', parameters: { n: 100 } });
    status.begin();
    status.progress({ fill: 'blue', shape: 'dot', key: 'found', parameters: { n: 200 } });
    status.end(STATUSES.done);
    status.end(STATUSES.done);
    expect(texts()).to.deep.equal(['reading…', '100 found', '200 found', 'reading…', 'done']);
  });

  it('clears itself when the node closes and is silent afterwards', () => {
    const status = reducer();
    status.setHealth('ok');
    status.close();
    status.begin();
    status.close();
    expect(shown.at(-1)).to.deep.equal({});
    expect(shown).to.have.length(2);
  });

  it('names what is done for a message, and keeps its code', () => {
    const status = reducer();
    status.begin(inProgress('resuming'));
    status.end(STATUSES.done);
    status.begin();
    expect(shown.map(({ text, code }) => `${code}: ${text}`)).to.deep.equal([
      'working: resuming…',
      'done: done',
      'working: reading…',
    ]);
  });

  it('says SIM with the simulator, and cuts nothing off', () => {
    const status = reducer(true);
    status.end({ fill: 'green', shape: 'dot', key: 'charging', parameters: { kw: '7.2' } });
    status.end(failureStatus('AUTH_UNAVAILABLE'));
    expect(texts()).to.deep.equal(['SIM charging 7.2 kW', 'SIM AUTH_UNAVAILABLE']);
  });

  it('shortens a long name of somebody, and no other', () => {
    expect(shortName('Cheap hours')).to.equal('Cheap hours');
    expect(shortName('The sun on the roof of the barn')).to.equal('The sun on the…');
  });

  it('has no text that is too long with its usual values', () => {
    const values = {
      ...{ n: 250, done: 128, all: 130, kw: '7.2', age: '12 m', code: 'ZAPTEC_528', command: 'pause' },
      ...{ a: '16', min: 12, by: 'PV', from: '02:15', rest: '11.4 kWh', percent: 47 },
    };
    for (const [type, keys] of Object.entries(STATUS_TEXTS)) {
      for (const key of Object.keys(keys)) {
        const text = textsOf(type)(key, values);
        expect(text, `${type} ${key}`).to.match(/^[^_]+$|^ZAPTEC_528$/);
        expect(`SIM ${text}`.length, text).to.be.below(20);
      }
    }
  });
});
