import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect } from 'chai';
import { duration, tables, unusual, type Row } from '../../../bench/healing/row';
import { withText } from '../../../bench/page';
import { TROUBLES } from '../../../bench/healing/troubles';
import { FAULT_TABLE } from '../../../simulator/faults/table';

const PAGE = readFileSync(join(__dirname, '../../../docs/reliability.md'), 'utf8');

const row = (over: Partial<Row> = {}): Row => ({
  group: 'server',
  name: 'server-503',
  what: 'Answers 503.',
  statuses: ['HTTP_503'],
  codes: ['HTTP_503'],
  feed: [],
  healedS: { calls: 0, push: 61, states: 460, session: undefined },
  limitS: 10_800,
  ...over,
});

describe('the table of what goes wrong', () => {
  it('has what is not usual, one text of each form', () => {
    expect(unusual(['9 A', 'polling', '12 A', 'polling', '3 of 4 live', '1 of 4 live'], ['8 A'])).to.deep.equal([
      'polling',
      '3 of 4 live',
    ]);
  });

  it('says times as people do', () => {
    expect([0, 5.9, 59.4, 119, 120, 7_100, 10_800].map((seconds) => duration(seconds, 9))).to.deep.equal([
      'at once',
      'at once',
      '59 s',
      '119 s',
      '2 min',
      '118 min',
      '3 h',
    ]);
    expect(duration(undefined, 10_800)).to.equal('> 3 h');
  });

  it('has one part for each group, and no cell that breaks a row', () => {
    const text = tables([row(), row({ group: 'bus', what: 'a | b', statuses: [] })], { server: 'Server' });
    expect(text.split('\n').filter((line) => line.startsWith('### '))).to.deep.equal(['### Server', '### bus']);
    expect(text).to.include(
      '| `server-503` | Answers 503. | HTTP_503 | `HTTP_503` | – | at once | 61 s | 8 min | > 3 h |',
    );
    expect(text).to.include('| a \\| b | – |');
  });

  it('takes its place on the page', () => {
    const page = 'before\n<!-- made by npm run healing -->\nold\n<!-- end -->\nafter';
    expect(withText(page, 'npm run healing', 'new')).to.equal(
      'before\n<!-- made by npm run healing -->\n\nnew\n\n<!-- end -->\nafter',
    );
    expect(() => withText(page, 'npm run soak', 'new')).to.throw('no place');
  });

  it('has every fault of the simulator in docs/reliability.md', () => {
    const names = TROUBLES.map(({ name }) => name);
    expect(names).to.include.members(FAULT_TABLE.map(({ name }) => name));
    expect(names.filter((name) => !PAGE.includes(`| \`${name}\``))).to.deep.equal([]);
  });
});
