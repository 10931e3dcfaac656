import { expect } from 'chai';
import { isScenario, SCENARIOS } from '../../../nodes/shared/scenarios';
import { runningSimulator } from '../../../nodes/connection/simulator';
import { parseScenario } from '../../../simulator/world/scenarios';
import { catchAll, charger, connection, flow } from '../../support/node-red/builder';
import { load, next, status, useNodeRed } from '../../support/node-red/harness';

const IMPOSSIBLE = [
  '',
  'Home',
  ' home',
  'villa',
  'home:2',
  'fleet:',
  'fleet:0',
  'fleet:10001',
  'fleet:1:2',
  'fleet:-1',
];
const POSSIBLE = [...SCENARIOS, 'fleet', 'fleet:1', 'fleet:10000', 'fleet:0005'];

describe('the scenario of a simulator', () => {
  useNodeRed();

  it('is possible for a connection when it is possible for the simulator', () => {
    for (const text of POSSIBLE) {
      expect(() => parseScenario(text), text).not.to.throw();
      expect(isScenario(text), text).to.equal(true);
    }
    for (const text of IMPOSSIBLE) {
      expect(() => parseScenario(text), text).to.throw();
      expect(isScenario(text), text).to.equal(false);
    }
  });

  it('is refused at deploy with the list of what there is, once and without a start', async () => {
    await load([
      connection({ cloud: 'simulator', scenario: 'villa' }),
      ...flow(charger({ action: 'list' }), catchAll()),
    ]);
    const { error } = await next('caught');
    expect(error.code).to.equal('CONFIG_INVALID');
    expect(error.message).to.contain('the simulator has no scenario "villa"');
    expect(error.cause.remedy).to.equal('Use home, sunny, housing, apm, or fleet:1 to fleet:10000');
    await status('charger', 'SIM bad settings');
    expect(await runningSimulator('villa')).to.equal(undefined);
  });
});
