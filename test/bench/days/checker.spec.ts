import { expect } from 'chai';
import { check, type CheckInput, type Phases, type Rules } from '../../../bench/days/checker';

const SECOND = 1_000;
const MINUTE = 60 * SECOND;
const HOUR = 60 * MINUTE;

const all = (ampere: number): Phases => [ampere, ampere, ampere];
const setpoint = (at: number, by: string, ampere: number) => ({ at, by, least: all(ampere), most: all(ampere) });
const write = (at: number, ampere: number, accepted = true) => ({ at, currents: all(ampere), accepted });
const solar: Rules = { by: 'solar', role: 'target', deadBandA: 1, cooldownMs: MINUTE };
const fuse: Rules = { by: 'fuse', role: 'limit', deadBandA: 1, cooldownMs: MINUTE };

const found = (over: Partial<CheckInput>): string[] =>
  check({
    from: 0,
    until: 2 * HOUR,
    initial: all(16),
    maxCurrent: 32,
    nodes: [solar, fuse],
    setpoints: [],
    writes: [],
    graceMs: 30 * SECOND,
    ...over,
  }).broken;

describe('the checker of the simulated days', () => {
  it('reports nothing when all rules are kept', () => {
    const setpoints = [
      setpoint(0, 'solar', 10),
      setpoint(5 * MINUTE, 'fuse', 8),
      setpoint(20 * MINUTE, 'fuse', 20),
      setpoint(40 * MINUTE, 'solar', 12),
    ];
    const writes = [write(0, 10), write(5 * MINUTE, 8), write(20 * MINUTE, 10), write(40 * MINUTE, 12)];
    expect(found({ setpoints, writes })).to.deep.equal([]);
  });

  for (const [what, rule, over] of [
    ['a raise within 15 minutes', /raised 840 s after a write/, [write(0, 10), write(14 * MINUTE, 12)]],
    ['a raise after a write that failed', /raised 840 s/, [write(0, 10, false), write(14 * MINUTE, 20)]],
    ['a current that no node asked for', /no node asked for that/, [write(0, 10), write(16 * MINUTE, 13)]],
    ['a raise that was never written', /is due since/, [write(0, 10)]],
  ] as const) {
    it(`reports ${what}`, () => {
      const setpoints = [setpoint(0, 'solar', 10), setpoint(13 * MINUTE, 'solar', 12)];
      expect(found({ setpoints, writes: over }).join('\n')).to.match(rule);
    });
  }

  it('reports a current above a limit, whether it was written or left as it was', () => {
    const setpoints = [setpoint(0, 'fuse', 6), setpoint(0, 'solar', 16)];
    expect(found({ setpoints, writes: [write(2 * MINUTE, 16)] }).join('\n')).to.match(/no node asked for that/);
    expect(found({ setpoints }).join('\n')).to.match(/6\/6\/6 to 6\/6\/6 is due since 00:01/);
  });

  it('reports lowerings that come too often', () => {
    const falling = [20, 19, 18, 17, 16, 15, 14, 13].map((ampere, index) => ({ at: index * 2 * MINUTE, ampere }));
    const tooOften = {
      initial: all(32),
      setpoints: falling.map(({ at, ampere }) => setpoint(at, 'solar', ampere)),
      writes: falling.map(({ at, ampere }) => write(at, ampere)),
    };
    expect(found(tooOften))
      .to.have.length(1)
      .and.to.match(/early for the 7th time/);
    const limited = { ...tooOften, setpoints: tooOften.setpoints.map((each) => ({ ...each, by: 'fuse' })) };
    expect(found(limited), 'a limit is not counted').to.deep.equal([]);
    const hasty = [setpoint(0, 'solar', 10), setpoint(30 * SECOND, 'solar', 8)];
    expect(found({ setpoints: hasty, writes: [write(0, 10), write(30 * SECOND, 8)] }).join('\n')).to.match(
      /lowered 30 s after a write/,
    );
  });

  it('reports a dead man that did not fire', () => {
    const nodes = [{ ...fuse, deadMan: { afterMs: 10 * MINUTE, safeA: 0 } }];
    expect(found({ nodes, setpoints: [setpoint(0, 'fuse', 16)] }).join('\n')).to.match(
      /0\/0\/0 to 0\/0\/0 is due since 00:10/,
    );
  });

  it('expects no write for a change below 6 A, but a write for 0 A', () => {
    const begun = { initial: all(4), nodes: [solar] };
    expect(found({ ...begun, setpoints: [setpoint(0, 'solar', 5.5)] })).to.deep.equal([]);
    expect(found({ ...begun, setpoints: [setpoint(0, 'solar', 0)] }).join('\n')).to.match(/is due since/);
    expect(found({ ...begun, setpoints: [setpoint(0, 'solar', 7)] }).join('\n')).to.match(/is due since/);
  });

  it('expects no write for a fall within the dead band, but one beyond it', () => {
    const begun = { initial: all(16), nodes: [solar] };
    expect(found({ ...begun, setpoints: [setpoint(0, 'solar', 15.5)] })).to.deep.equal([]);
    expect(found({ ...begun, setpoints: [setpoint(0, 'solar', 14)] }).join('\n')).to.match(/is due since/);
  });
});
