import { expect } from 'chai';
import fc from 'fast-check';
import { requestLine, shownPath } from '../../../src/diagnostics/request-line';
import type { RequestRecord } from '../../../src/http/journal';

const ID = '0a1b2c3d-0000-4000-8000-0000000000a1';
const RECORD: RequestRecord = {
  by: 'a1b2c3',
  lane: 'message',
  method: 'GET',
  path: `/api/chargers/${ID}/state`,
  label: '/api/chargers/{id}/state',
  status: 200,
  kind: 'answer',
  ms: 123,
  attempt: 1,
};

describe('the line of a request', () => {
  it('has method, path, outcome, duration, attempt, lane and who caused it', () => {
    expect(requestLine(RECORD)).to.equal(
      `GET /api/chargers/${ID}/state 200 in 123 ms, attempt 1, lane message, by a1b2c3`,
    );
    expect(requestLine({ ...RECORD, status: 500, zaptecCode: 528, attempt: 3 })).to.contain(
      ' ZAPTEC_528 in 123 ms, attempt 3',
    );
    expect(requestLine({ ...RECORD, status: undefined, kind: 'timeout' })).to.contain(' timeout in ');
  });

  const PATHS: [path: string, shown: string][] = [
    ['/api/chargers?PageSize=100&PageIndex=0', '/api/chargers?PageSize=100&PageIndex=0'],
    [
      '/api/chargers?SortProperty=CreatedOnDate&SortDescending=false',
      '/api/chargers?SortProperty=CreatedOnDate&SortDescending=false',
    ],
    [`/api/chargers?InstallationId=${ID}`, `/api/chargers?InstallationId=${ID}`],
    ['/api/chargers?NameFilter=Ada', '/api/chargers?NameFilter=…'],
    ['/api/chargers?token=abc123&pin=1234', '/api/chargers?…=…&…=…'],
    [
      '/api/chargehistory?From=2026-05-01T00:00:00Z&To=2026-05-02',
      '/api/chargehistory?From=2026-05-01T00:00:00Z&To=2026-05-02',
    ],
    ['/api/chargehistory?From=somebody@example.org', '/api/chargehistory?From=…'],
    ['/api/users/ada@example.org/cards', '/api/…/…/…'],
    ['/api/foo/secret-word-1234', '/api/…/…'],
    ['/simulator/meter', '/simulator/meter'],
    ['/oauth/token', '/oauth/token'],
  ];
  for (const [path, shown] of PATHS) {
    it(`shows ${path} as ${shown}`, () => expect(shownPath('GET', path)).to.equal(shown));
  }

  it('keeps what somebody may have typed out of it, wherever it stands, and is one line', () => {
    const word = fc.stringMatching(/^[a-z]{4,12}[0-9@. \n]{0,4}[a-z0-9]{4,12}$/);
    fc.assert(
      fc.property(word, fc.constantFrom('NameFilter', 'InstallationId', 'q', 'PageSize'), (secret, name) => {
        const typed = encodeURIComponent(secret);
        const lines = [`/api/chargers?${name}=${typed}`, `/api/x/${typed}`, `/api/x?${typed}=1`].map((path) =>
          requestLine({ ...RECORD, path }),
        );
        for (const line of lines) {
          expect(line).not.to.contain(secret);
          expect(line).not.to.contain(typed);
          expect(line).not.to.contain('\n');
        }
      }),
    );
  });
});
