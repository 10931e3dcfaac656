import { nodeRed5 } from '../../scripts/node-red-versions';
import { firstSight } from '../editor/fixture/demonstration';

describe('npm start in Node-RED 5', () => {
  firstSight(nodeRed5);
});
