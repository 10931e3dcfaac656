import { expect } from 'chai';
import { check, type Case, type Phases, type Rules } from '../../bench/days/checker';

const SECOND = 1_000;
const MINUTE = 60 * SECOND;
const HOUR = 60 * MINUTE;

const all = (ampere: number): Phases => [ampere, ampere, ampere];
const wish = (at: number, by: string, ampere: number) => ({ at, by, least: all(ampere), most: all(ampere) });
const write = (at: number, ampere: number, acted = true) => ({ at, currents: all(ampere), acted });
const solar: Rules = { by: 'solar', role: 'target', deadBandA: 1, cooldownMs: MINUTE };
const fuse: Rules = { by: 'fuse', role: 'limit', deadBandA: 1, cooldownMs: MINUTE };

const found = (over: Partial<Case>): string[] =>
  check({
    from: 0,
    until: 2 * HOUR,
    initial: all(16),
    maxCurrent: 32,
    nodes: [solar, fuse],
    wishes: [],
    writes: [],
    graceMs: 30 * SECOND,
    ...over,
  }).broken;

describe('the checker that judges the days of the examples', () => {
  it('finds nothing where the rules are kept', () => {
    const wishes = [
      wish(0, 'solar', 10),
      wish(5 * MINUTE, 'fuse', 8),
      wish(20 * MINUTE, 'fuse', 20),
      wish(40 * MINUTE, 'solar', 12),
    ];
    const writes = [write(0, 10), write(5 * MINUTE, 8), write(20 * MINUTE, 10), write(40 * MINUTE, 12)];
    expect(found({ wishes, writes })).to.deep.equal([]);
  });

  for (const [what, rule, over] of [
    ['a raise within 15 minutes', /raised 840 s after a write/, [write(0, 10), write(14 * MINUTE, 12)]],
    ['a raise after a write that failed', /raised 840 s/, [write(0, 10, false), write(14 * MINUTE, 20)]],
    ['what nobody wanted', /nobody wanted that/, [write(0, 10), write(16 * MINUTE, 13)]],
    ['a raise that never came', /is due since/, [write(0, 10)]],
  ] as const) {
    it(`finds ${what}`, () => {
      const wishes = [wish(0, 'solar', 10), wish(13 * MINUTE, 'solar', 12)];
      expect(found({ wishes, writes: over }).join('\n')).to.match(rule);
    });
  }

  it('finds what is above a limit, be it written or left', () => {
    const wishes = [wish(0, 'fuse', 6), wish(0, 'solar', 16)];
    expect(found({ wishes, writes: [write(2 * MINUTE, 16)] }).join('\n')).to.match(/nobody wanted that/);
    expect(found({ wishes }).join('\n')).to.match(/6\/6\/6 to 6\/6\/6 is due since 00:01/);
  });

  it('finds lowerings that come too often', () => {
    const falling = [20, 19, 18, 17, 16, 15, 14, 13].map((ampere, index) => ({ at: index * 2 * MINUTE, ampere }));
    const story = {
      initial: all(32),
      wishes: falling.map(({ at, ampere }) => wish(at, 'solar', ampere)),
      writes: falling.map(({ at, ampere }) => write(at, ampere)),
    };
    expect(found(story))
      .to.have.length(1)
      .and.to.match(/early for the 7th time/);
    const limited = { ...story, wishes: story.wishes.map((each) => ({ ...each, by: 'fuse' })) };
    expect(found(limited), 'a limit is not counted').to.deep.equal([]);
    const hasty = [wish(0, 'solar', 10), wish(30 * SECOND, 'solar', 8)];
    expect(found({ wishes: hasty, writes: [write(0, 10), write(30 * SECOND, 8)] }).join('\n')).to.match(
      /lowered 30 s after a write/,
    );
  });

  it('finds a dead man that did not fire', () => {
    const nodes = [{ ...fuse, deadMan: { afterMs: 10 * MINUTE, safeA: 0 } }];
    expect(found({ nodes, wishes: [wish(0, 'fuse', 16)] }).join('\n')).to.match(
      /0\/0\/0 to 0\/0\/0 is due since 00:10/,
    );
  });

  it('does not ask for what changes nothing below 6 A, but for 0 where it is wished', () => {
    const begun = { initial: all(4), nodes: [solar] };
    expect(found({ ...begun, wishes: [wish(0, 'solar', 5.5)] })).to.deep.equal([]);
    expect(found({ ...begun, wishes: [wish(0, 'solar', 0)] }).join('\n')).to.match(/is due since/);
    expect(found({ ...begun, wishes: [wish(0, 'solar', 7)] }).join('\n')).to.match(/is due since/);
  });
});
