import { expect } from 'chai';
import { RecentErrors } from '../../../nodes/shared/recent-errors';
import { zaptecError } from '../../../src/errors/zaptec-error';

describe('the recent errors of a connection', () => {
  it('are the newest ones, the newest first', () => {
    const errors = new RecentErrors();
    for (let n = 1; n <= 30; n += 1) errors.add(zaptecError('TIMEOUT', `No answer ${n}`));
    expect(errors.newest).to.have.lengthOf(10);
    expect(errors.newest[0]).to.include({ code: 'TIMEOUT', message: 'No answer 30', count: 1 });
  });

  it('count equal errors of the same node', () => {
    const errors = new RecentErrors();
    const error = zaptecError('TIMEOUT', 'No answer');
    errors.add(error, 'a');
    errors.add(error, 'a');
    errors.add(zaptecError('TIMEOUT', 'No answer'), 'a');
    errors.add(zaptecError('TIMEOUT', 'No answer'), 'b');
    expect(errors.newest.map(({ node, count }) => [node, count])).to.deep.equal([
      ['b', 1],
      ['a', 2],
    ]);
  });

  it('leave out requests that were aborted', () => {
    const errors = new RecentErrors();
    errors.add(zaptecError('ABORTED', 'closed'));
    expect(errors.newest).to.deep.equal([]);
  });
});
