import { expect } from 'chai';
import { RecentErrors } from '../../../nodes/shared/recent-errors';
import { zaptecError } from '../../../src/errors/zaptec-error';

describe('the troubles of a connection', () => {
  it('are the newest few, newest first', () => {
    const troubles = new RecentErrors();
    for (let n = 1; n <= 30; n += 1) troubles.add(zaptecError('TIMEOUT', `No answer ${n}`));
    expect(troubles.newest).to.have.lengthOf(10);
    expect(troubles.newest[0]).to.include({ code: 'TIMEOUT', message: 'No answer 30', count: 1 });
  });

  it('count what says the same of the same node, once for each error', () => {
    const troubles = new RecentErrors();
    const error = zaptecError('TIMEOUT', 'No answer');
    troubles.add(error, 'a');
    troubles.add(error, 'a');
    troubles.add(zaptecError('TIMEOUT', 'No answer'), 'a');
    troubles.add(zaptecError('TIMEOUT', 'No answer'), 'b');
    expect(troubles.newest.map(({ node, count }) => [node, count])).to.deep.equal([
      ['b', 1],
      ['a', 2],
    ]);
  });

  it('leave out what was given up on purpose', () => {
    const troubles = new RecentErrors();
    troubles.add(zaptecError('ABORTED', 'closed'));
    expect(troubles.newest).to.deep.equal([]);
  });
});
