import { AuditPlayer } from '../../../support/simulator/audit-player';

const page = (index: number) => `/api/chargers?PageSize=100&PageIndex=${index}`;

describe('the rule user-agent', () => {
  for (const bad of [
    undefined,
    ' ',
    'axios/1.7',
    'node',
    'node-fetch/1.0 (+https://github.com)',
    'undici',
    'curl/8.5.0',
    'python-requests/2.31',
    'Mozilla/5.0 (X11)',
    'got (https://github.com/sindresorhus/got)',
  ]) {
    it(`rejects ${String(bad)}`, () => {
      const player = new AuditPlayer();
      player.expectBroken('user-agent', [player.get(page(0), 200, { userAgent: bad })], /^1 request with/);
    });
  }
  it('accepts a name of its own', () => {
    for (const userAgent of ['node-red-contrib-zaptec/0.1.0 (+https://example.org)', 'curlew/1', 'evcc/0.130']) {
      const player = new AuditPlayer();
      player.get(page(0), 200, { userAgent });
      player.expectKept();
    }
  });
});
