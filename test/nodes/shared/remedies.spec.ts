import { expect } from 'chai';
import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { asError } from '../../../nodes/shared/errors';
import { inNodeRed, remedyInNodeRed } from '../../../nodes/shared/remedies';
import { zaptecError } from '../../../src/client';
import { parseCommand } from '../../../src/commands/commands';
import { isZaptecError, type ZaptecError } from '../../../src/errors/zaptec-error';
import { FEED_ERRORS, feedErrorOf } from '../../../src/feed/feed-error';
import { checkBaseUrl } from '../../../src/http/base-url';

function errorOf(call: () => unknown): ZaptecError {
  try {
    call();
  } catch (error) {
    if (isZaptecError(error)) return error;
    throw error;
  }
  throw new Error('there was no error');
}

const SRC = join(__dirname, '../../../src');

describe('the remedy of an error', () => {
  it('names the node and the deploy in Node-RED, in the text and in the cause', () => {
    const error = asError(zaptecError('AUTH_MISSING', 'The password is empty'));
    expect(error.cause.remedy).to.equal('Enter user name and password in the connection node');
    expect(error.message).to.equal(
      'The password is empty. Remedy: Enter user name and password in the connection node',
    );
    expect(error.code).to.equal('AUTH_MISSING');
  });

  it('keeps attempts, status and retryability', () => {
    const error = asError(zaptecError('TOO_SOON', 'Too soon', { attempts: 3, status: 429 }));
    expect(error.cause).to.include({ attempts: 3, status: 429, retryable: true });
    expect(error.message).to.match(/^Too soon \(3 tries\)\. Remedy: .*update-current node/);
  });

  it('stays what the place of the error said about it', () => {
    const error = zaptecError('CONFIG_INVALID', 'No connection', { remedy: 'Choose a connection' });
    expect(asError(error)).to.equal(error);
  });

  it('names the fields and the properties of Node-RED where the client names none', async () => {
    const errors = [
      errorOf(() => checkBaseUrl('https://me:secret@api.zaptec.com')),
      errorOf(() => parseCommand(506, { name: 'msg.payload' })),
    ];
    expect(errors.map(({ cause }) => cause.remedy)).to.deep.equal([
      'Give user name and password apart from the address',
      'Use the name of the command in place of its id',
    ]);
    expect(errors.map((error) => inNodeRed(error).cause.remedy)).to.deep.equal([
      'Enter them in the fields for user name and password',
      'Put the id of a command into msg.command, or use its name',
    ]);
  });

  it('gives one error, however often it passes', () => {
    const error = zaptecError('READ_ONLY', 'Nothing was sent');
    expect(inNodeRed(error)).to.equal(inNodeRed(error));
    expect(inNodeRed(inNodeRed(error))).to.equal(inNodeRed(error));
  });

  it('keeps the stack of the place where the error was thrown', () => {
    const error = zaptecError('READ_ONLY', 'Nothing was sent');
    const [, ...places] = error.stack!.split('\n');
    expect(inNodeRed(error).stack).to.equal([`ZaptecError: ${inNodeRed(error).message}`, ...places].join('\n'));
  });

  it('names the connection node where a feed needs another transport or user group', () => {
    const source = { kind: 'group', id: 'g' } as const;
    const unknown = feedErrorOf(zaptecError('ZAPTEC_512', 'Unknown', { status: 404 }), source);
    for (const { code, remedy } of [FEED_ERRORS.noAnswer, FEED_ERRORS.unreachable, FEED_ERRORS.noWebSocket, unknown]) {
      expect(remedy).not.to.contain(' node');
      expect(remedyInNodeRed(code, remedy)).to.equal(`${remedy} in the connection node`);
    }
    const { code, remedy } = FEED_ERRORS.cut;
    expect(remedyInNodeRed(code, remedy)).to.equal(remedy);
  });

  it('speaks of no Node-RED in the client itself', () => {
    const files = readdirSync(SRC, { recursive: true, encoding: 'utf8' }).filter((file) => file.endsWith('.ts'));
    const lines = files.flatMap((file) =>
      readFileSync(join(SRC, file), 'utf8')
        .split('\n')
        .filter((line) => !/^\s*(?:\*|\/\/|\/\*)/.test(line))
        .filter((line) => /'[^']*\b(?:\w+ node\b|[Dd]eploy|[Tt]ick ")/.test(line))
        .map((line) => `${file}: ${line.trim()}`),
    );
    expect(lines).to.deep.equal([]);
  });
});
