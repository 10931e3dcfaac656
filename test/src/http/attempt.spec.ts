import { expect } from 'chai';
import { attemptError, type Attempt, type AttemptedCall } from '../../../src/http/attempt';

const READ: AttemptedCall = { method: 'GET', label: '/api/chargers/{id}', role: undefined, repeatable: true };
const RESTART: AttemptedCall = {
  method: 'POST',
  label: '/api/chargers/{id}/sendCommand/102',
  role: 'owner or service',
  repeatable: false,
};

const answer = (status: number, text = '', zaptecCode?: number): Attempt => ({
  kind: 'answer',
  status,
  text,
  zaptecCode,
});
const errorOf = (attempt: Attempt, call = READ, secrets: readonly string[] = []) =>
  attemptError(attempt, call, 3, secrets);

describe('the error of a request', () => {
  for (const [what, body, detail] of [
    ['details', '{"Details":"The charger is offline"}', ': The charger is offline'],
    ['title and errors', '{"title":"Invalid.","errors":{"id":["bad"]}}', ': Invalid. {"id":["bad"]}'],
    ['message and detail', '{"message":"No.","detail":"Not  so\\nfast"}', ': No. Not so fast'],
    ['no text', '{"details":5,"errors":null}', ''],
    ['a text as errors', '{"title":"Invalid","errors":"id"}', ': Invalid'],
    ['a list', '["details"]', ''],
    ['no JSON', '<html>Bad Gateway</html>', ''],
    ['nothing', '', ''],
  ] as const) {
    it(`has of an answer with ${what} what a person can read`, () => {
      const { message } = errorOf(answer(400, body));
      expect(message).to.match(/^[A-Za-z ]+ \(400\) from GET \/api\/chargers\/\{id\}/);
      expect(message).to.contain(`{id}${detail} (3 tries). Remedy: `);
    });
  }

  it('names the code of Zaptec, the request, the status and the tries', () => {
    const error = errorOf(answer(500, '{"Code":528,"Details":"Offline"}', 528), RESTART);
    expect(error.code).to.equal('ZAPTEC_528');
    expect(error.message).to.contain('(528) from POST /api/chargers/{id}/sendCommand/102: Offline');
    expect(error.cause).to.include({ status: 500, attempts: 3 });
  });

  it('names the role that is missing, and who can grant it', () => {
    const error = errorOf(answer(403, '{"title":"No"}'), RESTART);
    expect(error.code).to.equal('HTTP_403');
    expect(error.message).to.contain(
      'Forbidden (403): POST /api/chargers/{id}/sendCommand/102 needs the owner or service',
    );
    expect(error.message).to.contain('role: No');
    expect(error.message).to.contain('lacks the owner or service role here: ask the owner of the installation');
    expect(error.cause).to.include({ status: 403, attempts: 3 });
  });

  it('names no role where any will do', () => {
    const error = errorOf(answer(403));
    expect(error.message).to.contain('(403) from GET /api/chargers/{id}').and.not.contain('role here');
    expect(error.cause).to.include({ status: 403, attempts: 3 });
  });

  it('shows at most 300 characters of an answer, and nothing of a huge one', () => {
    const shown = (text: string) =>
      (/x{2,}/.exec(errorOf(answer(400, JSON.stringify({ details: text }))).message) ?? [''])[0];
    expect(shown('x'.repeat(299))).to.have.length(299);
    expect(shown('x'.repeat(5_000))).to.have.length(300);
    expect(shown('x'.repeat(300_000))).to.equal('');
  });

  it('has no secret, also where the text is cut in the middle of one', () => {
    const text = `${'y'.repeat(295)}planted-password`;
    expect(errorOf(answer(400, JSON.stringify({ details: text })), READ, ['planted-password']).message).not.to.contain(
      'plant',
    );
  });

  for (const [kind, code, name] of [
    ['unreachable', 'NETWORK', undefined],
    ['dropped', 'NETWORK', 'ConnectionDropped'],
    ['timeout', 'TIMEOUT', undefined],
    ['too-large', 'TOO_LARGE', undefined],
    ['aborted', 'ABORTED', undefined],
  ] as const) {
    it(`says after ${kind} why no answer came`, () => {
      const error = errorOf({ kind, reason: 'the reason' });
      expect(error.code).to.equal(code);
      expect(error.message).to.contain(': GET /api/chargers/{id} got no answer (the reason)').and.not.contain('it may');
      expect(error.cause.attempts).to.equal(3);
      if (name) expect(error.cause.name).to.equal(name);
      expect(error.message.startsWith(error.cause.name)).to.equal(true);
    });

    it(`says after ${kind} whether a restart may have happened`, () => {
      const error = errorOf({ kind, reason: 'the reason' }, RESTART);
      const isInDoubt = kind === 'dropped' || kind === 'timeout';
      expect(error.message.includes('; it may have acted and was not sent again')).to.equal(isInDoubt);
      expect(error.message.includes('read its state before you send it again')).to.equal(isInDoubt);
      expect(error.cause.attempts).to.equal(3);
      if (isInDoubt) expect(error.cause.retryable).to.equal(false);
      if (name) expect(error.cause.name).to.equal(name);
    });
  }
});
