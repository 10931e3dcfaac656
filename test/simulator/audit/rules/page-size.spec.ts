import { AuditPlayer } from '../../../support/simulator/audit-player';

const page = (index: number) => `/api/chargers?PageSize=100&PageIndex=${index}`;

describe('the rule page-size', () => {
  for (const bad of [
    '/api/chargers?PageIndex=1',
    '/api/installation?pagesize=50&pageindex=2',
    '/api/chargehistory?PageSize=101',
    '/api/sessions/archived?PageSize=201',
  ]) {
    it(`rejects ${bad}`, () => {
      const player = new AuditPlayer();
      player.expectBroken('page-size', [player.get(bad)], /^Of 1 page of lists/);
    });
  }
  it('accepts the largest pages, and a list on one small page', () => {
    const player = new AuditPlayer();
    player.get(page(0));
    player.get(page(1));
    player.get('/api/installation');
    player.get('/api/chargers?PageSize=10&PageIndex=0');
    player.get('/api/sessions/archived?PageSize=200');
    player.get('/api/sessions/archived?PageSize=50&Cursor=abc');
    player.expectKept();
  });
});
