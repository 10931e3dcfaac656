import { expect } from 'chai';
import { editorSuite } from './fixture/editor-suite';
import { flowOf } from './fixture/flow';

describe('the dialog of the load guard', () => {
  const suite = editorSuite();

  it('says what fuse, overload and tariff amount to, and shows what belongs to the choice', async () => {
    const editor = await suite.open(flowOf());
    const { page } = editor;
    const preview = (name: string) => page.locator(`[data-preview="${name}"]`);
    const isShown = (name: string) => page.locator(`[data-row="${name}"]`).isVisible();
    await editor.edit('guard');
    expect(await preview('fuseA').textContent()).to.equal(
      '25 A less 1 A of reserve: 24 A = 16.6 kW on three phases, 5.5 kW on one',
    );
    await editor.fill('reserveA', '0');
    expect(await preview('fuseA').textContent()).to.equal('25 A = 17.3 kW on three phases, 5.8 kW on one');
    expect(await preview('overloadMin').isVisible()).to.equal(false);
    await editor.fill('overloadMin', '30');
    expect(await preview('overloadMin').textContent()).to.match(
      /^bears 28\.\d A .* for 30 minutes, and nothing above 36\.\d A/,
    );
    await editor.unfold('steadyMin');
    expect([await isShown('limitKw'), await isShown('steadyMin')]).to.deep.equal([false, true]);
    await editor.choose('mode', 'tariff');
    expect([await isShown('limitKw'), await isShown('steadyMin')]).to.deep.equal([true, false]);
    await editor.choose('period', '15');
    expect(await preview('limitKw').textContent()).to.match(/^1\.3 kWh in each period of 15 minutes/);
    expect(await isShown('peakDays')).to.equal(false);
    await editor.choose('keep', 'peak');
    expect(await isShown('peakDays')).to.equal(true);
    await editor.ok();
    expect((await editor.node('guard')).valid).to.equal(true);
  });
});
