import { firstSight } from './fixture/demonstration';

describe('npm start in a real editor', () => {
  firstSight();
});
