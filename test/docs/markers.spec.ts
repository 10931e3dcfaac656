import { execFileSync } from 'node:child_process';
import { expect } from 'chai';

describe('no text file of the repository', () => {
  it('has marks of a merge that was not finished, also after prettier has indented and quoted them', () => {
    // git exits with 1 when it finds nothing.
    const found = (pattern: string) => {
      try {
        return execFileSync('git', ['grep', '-lIE', pattern], { encoding: 'utf8' }).trim().split('\n');
      } catch (error) {
        expect(error).to.have.property('status', 1);
        return [];
      }
    };
    expect(found('^ *(<{7}|(> ?){7}) ')).to.deep.equal([]);
  });
});
