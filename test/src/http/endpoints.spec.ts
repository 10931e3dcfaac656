import { expect } from 'chai';
import fc from 'fast-check';
import { ENDPOINTS, target } from '../../../src/http/endpoints';
import { isZaptecError, type ZaptecError } from '../../../src/errors/zaptec-error';
import { asGuid, isGuid } from '../../../src/zaptec/guid';

const ID = '0a1b2c3d-0000-4000-8000-0000000000a1';

function errorOf(work: () => unknown): ZaptecError {
  try {
    work();
  } catch (error) {
    if (isZaptecError(error)) return error;
  }
  throw new Error('Nothing was refused');
}

describe('the table of endpoints', () => {
  it('knows every documented path', () => {
    for (const { method, path } of ENDPOINTS) {
      const typed = path.replace('{id}', ID).replace('{command}', '506');
      expect(target(method, typed).endpoint?.path, path).to.equal(path);
    }
  });

  it('brings the spellings of a path to one', () => {
    expect(target('POST', `/API/Chargers/${ID.toUpperCase()}/SendCommand/506`).path).to.equal(
      `/api/chargers/${ID}/sendCommand/506`,
    );
  });

  it('names the answers that a write invalidates', () => {
    expect(target('POST', `/api/chargers/${ID}/sendCommand/506`).invalidates).to.deep.equal([`/api/chargers/${ID}`]);
  });

  it('marks the requests that must not be sent twice', () => {
    const commands = [102, 200, 506, 507, 10001, 103].map(
      (id) => target('POST', `/api/chargers/${ID}/sendCommand/${id}`).repeatable,
    );
    expect(commands).to.deep.equal([false, false, true, true, false, false]);
    expect(target('POST', `/api/session/${ID}/priority`).repeatable).to.equal(false);
    expect(target('PUT', `/api/installation/${ID}`).repeatable).to.equal(false);
  });

  it('knows the names of each query in any spelling, and lists the unknown ones', () => {
    const { query, unknown } = target('GET', '/api/chargers?pagesize=10&PAGEINDEX=2&Exclude=a&exclude=b&_=1&_=2&x=3');
    expect([...query].slice(0, 4)).to.deep.equal([
      ['PageSize', '10'],
      ['PageIndex', '2'],
      ['Exclude', 'a'],
      ['Exclude', 'b'],
    ]);
    expect(unknown).to.deep.equal(['_', 'x']);
    expect(target('GET', '/api/nowhere?x=1').unknown, 'of an endpoint that is unknown itself').to.deep.equal([]);
  });

  for (const [path, names] of [
    [`/api/chargers/${ID}/state`, ''],
    [`/api/chargers/${ID}`, ''],
    [`/api/installation/${ID}`, 'detaillevel'],
    [`/api/installation/${ID}/hierarchy`, ''],
    [
      '/api/installation',
      'roles installationType excludeIfVisibleForUserGroupLookupKey nameFilter returnIdNameOnly sortProperty ' +
        'sortDescending pageSize pageIndex includeDisabled exclude pageInfoOnly',
    ],
    [
      '/api/chargers',
      'roles deviceType installationType installationId nameFilter returnIdNameOnly sortProperty sortDescending ' +
        'pageSize pageIndex includeDisabled exclude pageInfoOnly',
    ],
    [
      '/api/chargehistory',
      'installationId userId chargerId from to groupBy detailLevel sortProperty sortDescending pageSize pageIndex ' +
        'includeDisabled exclude pageInfoOnly',
    ],
    [
      '/api/chargehistory/installationreport',
      'fromDate endDate installationId userIds chargerIds groupBy reportFormat',
    ],
    ['/api/sessions/archived', 'installationId chargerId from to pageSize cursor'],
    ['/api/constants', ''],
  ] as const) {
    it(`knows the query of ${path.replace(ID, '{id}')}`, () => {
      const query = names.split(' ').map((name) => `${name}=1`);
      expect(target('GET', `${path}?${names ? query.join('&') : ''}`).unknown).to.deep.equal([]);
      expect(target('GET', path).endpoint?.query ?? []).to.have.length(names ? query.length : 0);
    });
  }

  it('distinguishes a bad id from an unknown endpoint', () => {
    expect(() => target('GET', '/api/chargers/Garage/state')).to.throw(/"Garage" in the path is not \{id\}/);
    expect(target('GET', `/api/chargers/${ID}/live`).endpoint).to.equal(undefined);
    expect(target('GET', '/api/circuits/1').endpoint).to.equal(undefined);
  });

  it('names what is wrong with a path, and shows a part of a long one', () => {
    const failure = (path: string) => errorOf(() => target('GET', path));
    const badId = failure(`/api/chargers/${'x'.repeat(200)}/state`);
    expect(badId.code).to.equal('ID_INVALID');
    expect(badId.message).to.match(/^"x{60}" in the path is not \{id\} of \/api\/chargers\/\{id\}\/state/);
    const longest = `/api/chargers?NameFilter=${'x'.repeat(15_975)}`;
    expect(target('GET', longest).endpoint?.path).to.equal('/api/chargers');
    const long = failure(`${longest}x`);
    expect(long.code).to.equal('INPUT_INVALID');
    expect(long.message).to.match(/^path "\/api\/chargers\?NameFilter=x{75}" has more than 16000 characters/);
    expect(long.message).to.contain('Remedy: Use a path such as /api/chargers?PageSize=100, without the address');
  });

  const refused = [
    'api/chargers',
    '//evil.example/api',
    'https://evil.example/',
    '/api/../oauth/token',
    '/api/%2e%2e/x',
    '/api/a%2Fb',
    '/api\\x',
    '/api/%zz',
    '',
  ];
  for (const path of refused) {
    it(`refuses the path "${path}"`, () => {
      expect(() => target('GET', path)).to.throw(/path ".*" (does not begin|is not a plain)/);
    });
  }

  it('never lets anything but an id into a documented path', () => {
    fc.assert(
      fc.property(
        fc.string(),
        fc.constantFrom(...ENDPOINTS.filter(({ path }) => path.includes('{id}'))),
        (text, { method, path }) => {
          let built: string | undefined;
          try {
            const result = target(method, path.replace('{id}', text).replace('{command}', '506'));
            if (result.endpoint) built = result.path;
          } catch (error) {
            expect(isZaptecError(error)).to.equal(true);
          }
          if (built !== undefined) expect(built.split('/').some(isGuid)).to.equal(true);
        },
      ),
    );
  });

  it('takes only an id for an id', () => {
    expect(asGuid(ID.toUpperCase(), 'charger')).to.equal(ID);
    fc.assert(
      fc.property(fc.oneof(fc.string(), fc.anything()), (value) => {
        if (isGuid(value)) return;
        expect(() => asGuid(value, 'charger')).to.throw(/charger .* is not an id of Zaptec/);
      }),
    );
  });
});
