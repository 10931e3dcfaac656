import { expect } from 'chai';
import { sink, updateCurrent } from '../../support/node-red/builder';
import { expectMessage, next, send, until, useNodeRed, type Message } from '../../support/node-red/harness';
import { VirtualCloud } from '../../support/node-red/virtual-cloud';

const MINUTE = 60_000;
const OF_ONE_ANSWER = ['req', 'res', 'parts', '_linkSource'];

describe('a decision about a message that has had its answer', () => {
  useNodeRed();
  let virtual: VirtualCloud;
  beforeEach(async () => {
    virtual = new VirtualCloud();
    await virtual.start([updateCurrent({ id: 'solar' }), sink('decisions')]);
  });
  afterEach(() => virtual.stop());

  const asked = (payload: number, _msgid: string): Message => ({
    _msgid,
    payload,
    req: { body: {} },
    res: { _res: {} },
    parts: { id: 'p', index: 0, count: 2 },
    _linkSource: ['link'],
    roof: { angle: 30 },
    complete: true,
  });

  it('answers neither http response, join nor link call again, and names the message', async () => {
    const { time } = virtual;
    const first = next();
    send('solar', asked(10, 'one'));
    const answer = await time.until(first);
    expect(answer)
      .to.include.keys(...OF_ONE_ANSWER)
      .and.to.include({ _msgid: 'one' });
    expect(answer['zaptec']).not.to.have.property('inReplyTo');

    const deferred = until('decisions', ({ payload }) => payload.decision === 'deferred');
    send('solar', asked(16, 'two'));
    const told = await time.until(deferred);
    expect(told, 'the first decision is the answer')
      .to.include.keys(...OF_ONE_ANSWER)
      .and.to.include({ _msgid: 'two' });

    const applied = until('out', ({ payload }) => payload.applied?.phase1 === 16);
    await time.pass(16 * MINUTE, 30_000);
    const later = await time.until(applied);
    expect(later).not.to.have.any.keys(...OF_ONE_ANSWER);
    expect(later).to.deep.include({ roof: { angle: 30 }, complete: true });
    expect(later['_msgid']).to.be.a('string').and.not.be.oneOf(['', 'one', 'two']);
    expect(later['zaptec']).to.have.property('inReplyTo', 'two');
    expectMessage(later, 'update-current');
  });
});
