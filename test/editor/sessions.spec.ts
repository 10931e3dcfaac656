import { expect } from 'chai';
import { editorSuite } from './fixture/editor-suite';
import { flowOf } from './fixture/flow';
import { Picker } from './fixture/picker';

describe('the dialog of the sessions node in a real editor', () => {
  const suite = editorSuite();
  const start = async (own: object = {}): Promise<void> => {
    await suite.open(flowOf({ connection: { cloud: 'simulator' }, sessions: own }));
    await suite.editor.edit('sessions');
  };
  const shown = async (...rows: string[]): Promise<boolean[]> =>
    Promise.all(rows.map((row) => suite.editor.row(row).first().isVisible()));
  const openCosts = () => suite.editor.unfold('tariff');

  it('shows what matters for what is chosen', async () => {
    await start();
    const rows = ['period', 'from', 'to', 'new', 'corrected', 'details', 'publicKey'];
    expect(await shown(...rows), 'last month').to.deep.equal([true, false, false, false, true, true, false]);
    await suite.editor.choose('period', 'between');
    expect(await shown(...rows), 'between').to.deep.equal([true, true, true, false, true, true, false]);
    await suite.editor.choose('which', 'new');
    expect(await shown(...rows), 'new').to.deep.equal([false, true, false, true, false, true, false]);
    await suite.editor.field('ocmf').check();
    expect(await shown('publicKey'), 'signatures').to.deep.equal([true]);
    await suite.editor.choose('rows', 'user');
    expect(await shown('corrected', 'details', 'publicKey'), 'totals').to.deep.equal([false, false, false]);
    await openCosts();
    expect(await shown('spot', 'flat', 'high-low')).to.deep.equal([false, false, false]);
    await suite.editor.field('spot').check();
    await suite.editor.choose('tariff', 'high-low');
    expect(await shown('spot', 'flat', 'high-low')).to.deep.equal([true, false, true]);
    await suite.editor.choose('tariff', 'flat');
    expect(await shown('spot', 'flat', 'high-low')).to.deep.equal([true, true, false]);
  });

  it('says what is missing or makes no sense', async () => {
    await start();
    await openCosts();
    await suite.editor.choose('tariff', 'flat');
    expect(await suite.editor.complaint('price')).to.match(/number/);
    await suite.editor.fill('price', '1,25');
    expect(await suite.editor.complaint('price')).to.equal(undefined);
    await suite.editor.fill('perSession', '5 NOK');
    expect(await suite.editor.complaint('perSession')).to.match(/number/);
    await suite.editor.choose('tariff', 'high-low');
    await suite.editor.fill('highFrom', 'noon');
    expect(await suite.editor.complaint('highFrom')).to.match(/time of day/);
    await suite.editor.choose('which', 'new');
    await suite.editor.fill('lookback', '0');
    expect(await suite.editor.complaint('lookback')).to.match(/400/);
  });

  it('stores what was chosen', async () => {
    await start();
    await new Picker(suite.editor, 'installations').pick('home', 'Home');
    await suite.editor.choose('period', 'since');
    await suite.editor.fill('from', '2026-03-01');
    await openCosts();
    await suite.editor.choose('tariff', 'high-low');
    await suite.editor.fill('highPrice', '2');
    await suite.editor.fill('lowPrice', '1');
    if (process.env['SCREENSHOT']) await suite.editor.page.screenshot({ path: process.env['SCREENSHOT'] });
    await suite.editor.ok();
    await suite.editor.deploy();
    const saved = (await suite.red.flows()).find(({ id }) => id === 'sessions');
    expect(saved).to.deep.include({
      period: 'since',
      from: '2026-03-01',
      tariff: 'high-low',
      highPrice: '2',
      highDays: ['mon', 'tue', 'wed', 'thu', 'fri'],
      rows: 'sessions',
    });
    expect(saved?.['installations']).to.have.lengthOf(1);
    expect(await suite.editor.node('sessions')).to.include({ valid: true });
  });
});
