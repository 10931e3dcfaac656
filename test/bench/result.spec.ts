import { expect } from 'chai';
import { judge } from '../../bench/result';

const MEASURED = { name: 'limit', unit: 'of the ideal', goal: '>= 0.96' };

describe('the verdict on a figure', () => {
  it('is that of the goal where nothing else is tolerated', () => {
    expect(judge('limit', { ...MEASURED, figure: 0.96 })).to.include({ reached: true, passes: true });
    expect(judge('limit', { ...MEASURED, figure: 0.95 })).to.include({ reached: false, passes: false });
  });

  it('lets a run pass within what is tolerated, and says that the goal is missed', () => {
    const measured = { ...MEASURED, tolerated: '>= 0.94' };
    expect(judge('limit', { ...measured, figure: 0.97 })).to.include({ reached: true, passes: true });
    expect(judge('limit', { ...measured, figure: 0.95 })).to.include({ reached: false, passes: true });
    expect(judge('limit', { ...measured, figure: 0.93 })).to.include({ reached: false, passes: false });
  });

  it('is never good for a figure that is no number', () => {
    expect(judge('limit', { ...MEASURED, figure: NaN })).to.include({ reached: false, passes: false });
  });

  it('refuses a goal that is no bound', () => {
    expect(() => judge('limit', { ...MEASURED, goal: 'fast', figure: 1 })).to.throw('"fast" of limit');
    expect(() => judge('limit', { ...MEASURED, tolerated: '', figure: 1 })).to.throw('"" of limit');
  });
});
