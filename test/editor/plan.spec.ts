import { expect } from 'chai';
import { editorSuite } from './fixture/editor-suite';
import type { FlowNode } from './fixture/node-red';

const HOUR = 3_600_000;

/** Prices from this hour on: dear, but for three hours that come soon. */
const prices = (): unknown[] => {
  const now = Math.floor(Date.now() / HOUR) * HOUR;
  return Array.from({ length: 36 }, (_, hour) => ({
    start: new Date(now + hour * HOUR).toISOString(),
    value: hour >= 2 && hour < 5 ? -0.05 : 0.25 + 0.1 * Math.sin(hour / 3),
  }));
};

const flow = (): FlowNode[] => [
  { id: 'tab', type: 'tab', label: 'Flow' },
  {
    id: 'prices',
    type: 'inject',
    z: 'tab',
    x: 120,
    y: 120,
    wires: [[]],
    props: [{ p: 'payload' }],
    payload: JSON.stringify(prices()),
    payloadType: 'json',
    repeat: '',
    once: false,
  },
];

/** A time of day that is due in so many hours. */
const inHours = (hours: number): string => {
  const at = new Date(Date.now() + hours * HOUR);
  return `${String(at.getHours()).padStart(2, '0')}:00`;
};

describe('the plan node in a real editor', () => {
  const suite = editorSuite();

  it('says what its settings amount to, and shows the plan that it has made as a chart', async () => {
    const editor = await suite.open(flow());
    const { page } = editor;
    const id = await editor.add('zaptec-plan', 350, 120);
    await editor.edit(id);
    const says = (name: string, text: string) => page.locator(`[data-preview="${name}"]`, { hasText: text }).waitFor();
    await says('powerKw', '7.4 kW = 10.7 A on three phases, 32.2 A on one');
    await says('amount', '20 kWh at 7.4 kW take 2.7 hours');
    await editor.fill('powerKw', '7');
    await editor.fill('amount', '14');
    await says('powerKw', '7 kW = 10.1 A on three phases, 30.4 A on one');
    await says('amount', '14 kWh at 7 kW take 2 hours');
    await editor.chooseType('powerKw', 'flow');
    await page.locator('[data-preview="powerKw"]').waitFor({ state: 'hidden' });
    await editor.chooseType('powerKw', 'num');
    await editor.fill('powerKw', '7');
    await editor.fill('by', inHours(12));
    await editor.fill('name', 'Night');
    expect(await page.locator('[data-decision]').isVisible(), 'nothing is deployed yet').to.equal(false);
    await editor.ok();
    await page.evaluate(`{
      RED.nodes.addLink({ source: RED.nodes.node('prices'), sourcePort: 0, target: RED.nodes.node('${id}') });
      RED.view.redraw(true);
    }`);
    await editor.deploy();
    await page.locator('[id="prices"] .red-ui-flow-node-button-button').click();
    await page.locator(`[id="${id}"] .red-ui-flow-node-status-label`, { hasText: '14 kWh' }).waitFor();

    await editor.edit(id);
    const decision = page.locator('.zaptec-dialog [data-decision]');
    await decision.getByText(/^Waits for a cheaper time, from \d\d:00, 14 kWh to go/).waitFor();
    const chart = decision.locator('svg.zaptec-chart');
    expect(await chart.getAttribute('aria-label')).to.match(/^Prices, and the planned times: Waits/);
    expect(await chart.locator('.zaptec-planned').count()).to.be.at.least(1);
    expect((await chart.locator('.zaptec-price').getAttribute('points'))?.split(' ').length).to.be.greaterThan(20);
    const { height, width } = (await chart.boundingBox()) ?? { height: 0, width: 0 };
    expect(height).to.be.greaterThan(60);
    expect(width).to.be.greaterThan(250);
    if (process.env['SHOTS']) await editor.screenshotOfDialog(`${process.env['SHOTS']}/plan-top.png`);
    await decision.scrollIntoViewIfNeeded();
    if (process.env['SHOTS']) await editor.screenshotOfDialog(`${process.env['SHOTS']}/plan-chart.png`);
    await editor.cancel();

    await page.evaluate(`RED.sidebar.show('zaptec')`);
    const tab = page.locator('.zaptec-sidebar');
    await tab.getByText(/^Waits for a cheaper time/).waitFor();
    await tab.getByText('Night', { exact: true }).waitFor();
    expect(await tab.locator('svg.zaptec-chart .zaptec-planned').count()).to.be.at.least(1);
    if (process.env['SHOTS']) await editor.screenshot(`${process.env['SHOTS']}/sidebar.png`);
    await tab.locator(`[data-key="decision ${id}"]`).click();
    await page.locator(`[id="${id}"] .red-ui-flow-node-highlighted`).waitFor();
  });

  it('keeps chosen days and a second series, and shows what belongs to them', async () => {
    const editor = await suite.open(flow());
    const id = await editor.add('zaptec-plan', 350, 220);
    await editor.edit(id);
    const shown = async (...rows: string[]): Promise<boolean[]> =>
      Promise.all(rows.map((row) => editor.row(row).isVisible()));
    expect(await shown('weekdays', 'seriesFrom', 'seriesWeight', 'houseW')).to.deep.equal([false, false, false, false]);
    await editor.choose('days', 'chosen');
    await editor.page.evaluate(`$('#node-input-weekdays').typedInput('value', 'tue,sat')`);
    await editor.choose('series', 'co2');
    expect(await shown('weekdays', 'seriesFrom', 'seriesWeight', 'houseW')).to.deep.equal([true, true, true, false]);
    await editor.choose('series', 'sun');
    expect(await shown('weekdays', 'seriesFrom', 'seriesWeight', 'houseW')).to.deep.equal([true, true, false, true]);
    await editor.fill('houseW', '-1');
    expect(await editor.complaint('houseW')).to.match(/from 0 to 100000/);
    await editor.fill('houseW', '700');
    await editor.fill('powerKw', '0.4');
    expect(await editor.complaint('powerKw'), 'what the node would refuse').to.match(/from 0\.5 to 500/);
    await editor.fill('powerKw', '7.4');
    if (process.env['SHOTS']) {
      await editor.row('houseW').scrollIntoViewIfNeeded();
      await editor.screenshotOfDialog(`${process.env['SHOTS']}/plan-series.png`);
    }
    await editor.ok();
    await editor.deploy();
    const saved = (await suite.red.flows()).find((node) => node.id === id);
    expect(saved).to.deep.include({
      days: 'chosen',
      weekdays: ['tue', 'sat'],
      series: 'sun',
      seriesFrom: 'forecast',
      seriesFromType: 'msg',
      houseW: '700',
      houseWType: 'num',
    });
    expect(await editor.node(id)).to.include({ valid: true });
  });
});
