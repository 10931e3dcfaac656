import { expect } from 'chai';
import { guid, HOUR, MINUTE, SECOND, AuditPlayer } from '../../support/simulator/audit-player';

const CHARGER = `/api/chargers/${guid(1)}`;
const page = (index: number) => `/api/chargers?PageSize=100&PageIndex=${index}`;

describe('audit: page-size', () => {
  for (const bad of [
    '/api/chargers?PageIndex=1',
    '/api/installation?pagesize=50&pageindex=2',
    '/api/chargehistory?PageSize=101',
    '/api/sessions/archived?PageSize=201',
  ]) {
    it(`${bad} is bad`, () => {
      const tape = new AuditPlayer();
      tape.expectBroken('page-size', [tape.get(bad)], /^Of 1 page of lists/);
    });
  }
  it('the largest pages are good, and so is a list on one small page', () => {
    const tape = new AuditPlayer();
    tape.get(page(0));
    tape.get(page(1));
    tape.get('/api/installation');
    tape.get('/api/chargers?PageSize=10&PageIndex=0');
    tape.get('/api/sessions/archived?PageSize=200');
    tape.get('/api/sessions/archived?PageSize=50&Cursor=abc');
    tape.expectKept();
  });
});

describe('audit: static-data', () => {
  for (const what of [
    CHARGER,
    `/api/installation/${guid(1)}/hierarchy`,
    `/api/chargerFirmware/installation/${guid(1)}`,
    page(0),
    page(3),
  ]) {
    it(`${what}: four times an hour is too often, three times are not`, () => {
      const tape = new AuditPlayer();
      const records = [0, 1, 2].map(() => tape.wait(20 * MINUTE).get(what));
      tape.expectKept();
      records.push(tape.wait(20 * MINUTE).get(what));
      tape.expectBroken('static-data', records, /more than 3 times an hour .* 1 time too often/);
    });
  }
  it('an installation every ten minutes is fine, every eight is not', () => {
    const often = (minutes: number) => {
      const tape = new AuditPlayer();
      for (let n = 0; n < 20; n += 1) tape.wait(minutes * MINUTE).get(`/api/installation/${guid(1)}`);
      return tape.broken();
    };
    expect(often(10)).to.deep.equal([]);
    expect(often(8)).to.deep.equal(['static-data']);
  });
  it('constants four times a day', () => {
    const tape = new AuditPlayer();
    for (let n = 0; n < 3; n += 1) tape.wait(7 * HOUR).get('/api/constants');
    tape.expectKept();
    tape.wait(2 * HOUR).get('/api/constants');
    expect(tape.broken()).to.deep.equal(['static-data']);
  });
  it('constants every eight hours are fine, and so are other objects and history', () => {
    const tape = new AuditPlayer();
    for (let n = 0; n < 9; n += 1) tape.wait(9 * HOUR).get('/api/constants');
    for (let n = 0; n < 9; n += 1) {
      tape.wait(MINUTE).get(`/api/chargers/${guid(n)}`);
      tape.get('/api/chargehistory?PageSize=100');
    }
    tape.expectKept();
  });
  it('a write begins anew, and for a minute its effect may be looked for', () => {
    const tape = new AuditPlayer();
    for (let n = 0; n < 3; n += 1) tape.wait(MINUTE).get(CHARGER);
    tape.post(`${CHARGER}/update`, { maxChargeCurrent: 16 });
    for (let n = 0; n < 4; n += 1) tape.wait(15 * SECOND).get(CHARGER);
    for (let n = 0; n < 3; n += 1) tape.wait(MINUTE).get(CHARGER);
    tape.expectKept();
    tape.wait(MINUTE).get(CHARGER);
    expect(tape.broken()).to.deep.equal(['static-data']);
  });
  it('a further try of one that failed does not count', () => {
    const tape = new AuditPlayer();
    for (const status of [500, 502, 503, 200]) tape.wait(5 * SECOND).get(CHARGER, status);
    tape.wait(HOUR / 2).get(CHARGER);
    tape.expectKept();
  });
  it('a walk that reads page 0 twice counts once, also when it is long', () => {
    const tape = new AuditPlayer();
    for (let walk = 0; walk < 3; walk += 1) {
      tape.get(page(0));
      for (let index = 30; index >= 0; index -= 1) tape.wait(SECOND).get(page(index));
      tape.wait(15 * MINUTE);
    }
    tape.expectKept();
    tape.get(page(0));
    expect(tape.broken()).to.deep.equal(['static-data']);
  });
});

describe('audit: user-agent', () => {
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
    it(`${String(bad)} is bad`, () => {
      const tape = new AuditPlayer();
      tape.expectBroken('user-agent', [tape.get(page(0), 200, { userAgent: bad })], /^1 request with/);
    });
  }
  it('a name of its own is good', () => {
    for (const userAgent of ['node-red-contrib-zaptec/0.1.0 (+https://example.org)', 'curlew/1', 'evcc/0.130']) {
      const tape = new AuditPlayer();
      tape.get(page(0), 200, { userAgent });
      tape.expectKept();
    }
  });
});

describe('audit: undocumented', () => {
  for (const [method, path] of [
    ['GET', `${CHARGER}/settings`],
    ['GET', `${CHARGER}/live`],
    ['GET', '/api/chargers/ZAP012345'],
    ['GET', '/api/userGroups'],
    ['PUT', `/api/installation/${guid(1)}`],
    ['POST', `${CHARGER}/authorizecharge`],
    ['POST', `${CHARGER}/sendCommand/101`],
    ['POST', `/api/session/${guid(1)}`],
  ] as const) {
    it(`${method} ${path} is bad`, () => {
      const tape = new AuditPlayer();
      const record = tape.answer(tape.arrive(method, path));
      tape.expectBroken('undocumented', [record], /^Of 1 request 1 went to .* does not document/);
    });
  }
  it('every documented endpoint is good, in any casing', () => {
    const id = guid(1);
    const tape = new AuditPlayer();
    const reads = [
      '/api/constants',
      '/api/installation',
      `/api/installation/${id}`,
      `/api/Installation/${id}/Hierarchy`,
      `/api/installation/${id}/messagingConnectionDetails`,
      `/api/userGroups/${id}/messagingConnectionDetails`,
      '/api/Chargers/',
      `/api/chargers/${id.toUpperCase()}`,
      `/api/chargers/${id}/state`,
      `/api/chargerFirmware/installation/${id}`,
      '/api/chargehistory',
      '/api/chargehistory/installationreport',
      `/api/session/${id}`,
      '/api/sessions/archived',
    ];
    const commands = [102, 200, 506, 507, 10001].map((command) => `/api/chargers/${id}/SendCommand/${command}`);
    const writes = [
      `/api/installation/${id}/update`,
      `/api/chargers/${id}/update`,
      '/api/chargehistory/installationreport',
      `/api/session/${id}/priority`,
      ...commands,
    ];
    for (const path of reads) tape.wait(SECOND).get(path);
    for (const path of writes) tape.wait(SECOND).post(path);
    tape.expectKept();
  });
  it('what is not the API is not judged', () => {
    const tape = new AuditPlayer();
    tape.get('/.well-known/openid-configuration');
    tape.get('/simulator/state');
    expect(tape.audit.report()).to.deep.equal([]);
    expect(tape.audit.clean()).to.equal(true);
  });
});
