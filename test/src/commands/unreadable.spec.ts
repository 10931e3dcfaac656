import { expect } from 'chai';
import { CommandQueue } from '../../../src/commands/command-queue';
import { CommandRunner } from '../../../src/commands/runner';
import { zaptecError } from '../../../src/errors/zaptec-error';
import type { RawObservation } from '../../../src/zaptec/observations';
import { failureOf } from '../../support/failure';

const CHARGER = '0a1b2c3d-0000-4000-8000-000000000001';

/** A charger that is paused, of which a feed knows some observations, and whose state cannot be read. */
function runnerOf({ error, stored }: { error: Error; stored?: readonly RawObservation[] }) {
  const sent: string[] = [];
  const meta = { source: 'rest' as const, time: '2026-05-04T10:00:00.000Z', ageMs: 0, attempts: 1 };
  const api = {
    check: () => undefined,
    state: () => Promise.reject(error),
    send: (_id: string, command: string) => {
      sent.push(command);
      return Promise.resolve({ data: undefined, meta });
    },
  };
  const live = { observations: () => stored, onChange: () => () => undefined };
  return { sent, runner: new CommandRunner(api, new CommandQueue(), live) };
}

describe('a command to a charger whose state cannot be read', () => {
  it('is not sent where the cloud refuses to show it', async () => {
    const { runner, sent } = runnerOf({ error: zaptecError('HTTP_403', 'not yours', { status: 403 }) });
    expect((await failureOf(runner.run(CHARGER, 'restart', {}))).code).to.equal('HTTP_403');
    expect(sent).to.deep.equal([]);
  });

  for (const [code, status] of [
    ['HTTP_500', 500],
    ['HTTP_503', 503],
    ['NETWORK', undefined],
  ] as const) {
    it(`is sent all the same after ${code}`, async () => {
      const details = status === undefined ? {} : { status, retryable: false };
      const { runner, sent } = runnerOf({ error: zaptecError(code, 'not now', details) });
      const answer = await runner.run(CHARGER, 'restart', {});
      expect(answer).to.deep.include({ result: 'accepted', attempts: 1, source: 'rest' });
      expect(sent).to.deep.equal(['restart']);
    });
  }

  it('is not sent, and hides no fault of the program', async () => {
    const fault = new TypeError('a fault of the program');
    const { runner, sent } = runnerOf({ error: fault });
    expect(await failureOf(runner.run(CHARGER, 'restart', {}))).to.equal(fault);
    expect(sent).to.deep.equal([]);
  });

  it('goes by what the feed knows, and says so', async () => {
    const paused = [
      { chargerId: CHARGER, stateId: 710, valueAsString: '5' },
      { chargerId: CHARGER, stateId: 718, valueAsString: '1' },
    ];
    const { runner, sent } = runnerOf({ error: new Error('not in this test'), stored: paused });
    const answer = await runner.run(CHARGER, 'pause', {});
    expect(answer).to.deep.include({ result: 'unchanged', reason: 'paused', attempts: 0, source: 'store' });
    expect(sent).to.deep.equal([]);
  });

  it('is no toggle where the feed knows no mode', async () => {
    const { runner, sent } = runnerOf({ error: new Error('not in this test'), stored: [] });
    const error = await failureOf(runner.toggle(CHARGER, {}));
    expect(error.code).to.equal('STATE_UNKNOWN');
    expect(error.message).to.match(/neither that it charges nor that it is paused/);
    expect(sent).to.deep.equal([]);
  });
});
