import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect } from 'chai';
import { zaptecError } from '../../../src/errors/zaptec-error';
import { compareVersions } from '../../../src/diagnostics/charger-checks';
import { CHECK_NAMES } from '../../../src/diagnostics/checks';
import { resultsUnopened } from '../../../src/diagnostics/unopened';

const read = (path: string) => readFileSync(join(__dirname, '../../..', path), 'utf8');

describe('the checks of the doctor', () => {
  it('are all in the schema, in the help and in the documentation', () => {
    const schema = JSON.parse(read('docs/schema/doctor.schema.json')) as {
      items: { properties: { check: { enum: string[] } } };
    };
    expect(schema.items.properties.check.enum).to.deep.equal(CHECK_NAMES);
    const rows = [...(read('docs/doctor.md').split('## Checks')[1] ?? '').matchAll(/^\| `([a-z-]+)`/gm)].map(
      ([, name]) => name,
    );
    expect(rows).to.deep.equal(CHECK_NAMES);
    for (const name of CHECK_NAMES) expect(read('nodes/doctor/locales/en-US/help.md')).to.contain(`\`${name}\``);
  });

  it('say the cause once, where the account cannot be opened', () => {
    const results = resultsUnopened(zaptecError('AUTH_MISSING', 'The connection has no password'), {});
    expect(results.map(({ check }) => check)).to.deep.equal(CHECK_NAMES);
    const findings = results.filter(({ ok, severity }) => !ok && severity !== 'info');
    expect(findings.map(({ check }) => check)).to.deep.equal(['login']);
    expect(results.find(({ check }) => check === 'firmware')).to.include({ ok: false, code: 'AUTH_MISSING' });
  });

  it('compare versions number by number', () => {
    const rows: [string, string, number][] = [
      ['2.4.2.4', '2.4.2.4', 0],
      ['2.4.10', '2.4.9', 1],
      ['2.4', '2.4.0.1', -1],
      ['', '0.0.1', -1],
      ['x.y', '0', 0],
    ];
    for (const [one, other, expected] of rows) {
      expect(compareVersions(one, other), `${one} and ${other}`).to.equal(expected);
      expect(compareVersions(other, one), `${other} and ${one}`).to.equal(expected === 0 ? 0 : -expected);
    }
  });
});
