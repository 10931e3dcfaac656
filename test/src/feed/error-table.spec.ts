import { expect } from 'chai';
import { zaptecError, type ErrorCode } from '../../../src/errors/zaptec-error';
import { FEED_ERRORS, FeedFailure, feedErrorOf, feedErrorOfBus, withoutProxy } from '../../../src/feed/feed-error';

const GROUP = { kind: 'group', id: 'g1' } as const;
const INSTALLATION = { kind: 'installation', id: 'i1' } as const;

describe('connection details that cannot be loaded', () => {
  const rows: [ErrorCode, number | undefined, string, boolean, RegExp, RegExp][] = [
    [
      'ZAPTEC_526',
      500,
      'BUS_NOT_ENABLED',
      true,
      /support to enable message subscription for this/,
      /Switch on the message/,
    ],
    ['HTTP_403', 403, 'BUS_NO_ROLE', true, /owner of the user group/, /owner of the installation for the/],
    ['HTTP_204', undefined, 'BUS_NO_ROLE', true, /owner of the user group/, /owner of the installation for the/],
    ['HTTP_404', 404, 'BUS_UNKNOWN', true, /id of the user group$/, /id of the installation: it may/],
    ['ZAPTEC_512', 500, 'BUS_UNKNOWN', true, /id of the user group$/, /id of the installation: it may/],
  ];
  for (const [code, status, feedCode, lasting, group, installation] of rows) {
    it(`with ${code} are ${feedCode}, and the remedy is that of the source`, () => {
      const error = zaptecError(code, 'x', status === undefined ? {} : { status });
      const ofGroup = feedErrorOf(error, GROUP);
      const ofInstallation = feedErrorOf(error, INSTALLATION);
      expect([ofGroup, ofInstallation].map((one) => [one.code, one.lasting])).to.deep.equal(
        Array(2).fill([feedCode, lasting]),
      );
      expect(ofGroup.text).to.contain('user group g1');
      expect(ofInstallation.text).to.contain('installation i1');
      expect(ofGroup.remedy).to.match(group);
      expect(ofInstallation.remedy).to.match(installation);
    });
  }

  for (const code of ['AUTH_INVALID', 'AUTH_MISSING'] as const) {
    it(`with ${code} keep the code and its remedy until a person acts`, () => {
      const error = zaptecError(code, 'x', { remedy: 'The remedy' });
      expect(feedErrorOf(error, GROUP)).to.deep.include({ code, remedy: 'The remedy', lasting: true });
      expect(feedErrorOf(error, GROUP).text).to.match(/refuses the user name or the password/);
    });
  }

  it('may pass by themselves with any other error, and need a remedy only where the cloud is not at fault', () => {
    for (const [error, remedy] of [
      [zaptecError('HTTP_400', 'x', { status: 400, retryable: false, remedy: 'The remedy' }), /^The remedy$/],
      [zaptecError('HTTP_500', 'x', { status: 500, retryable: false, remedy: 'The remedy' }), /^Nothing to do/],
      [zaptecError('NETWORK', 'x', { retryable: true, remedy: 'The remedy' }), /^Nothing to do/],
    ] as const) {
      const { code, text, lasting, remedy: shown } = feedErrorOf(error, INSTALLATION);
      expect([code, lasting]).to.deep.equal(['BUS_NO_DETAILS', false]);
      expect(text).to.contain(`installation i1 cannot be loaded (${error.code})`);
      expect(shown).to.match(remedy);
    }
    expect(feedErrorOf(zaptecError('HTTP_403', 'x', { name: 'Forbidden' }), GROUP).code).to.equal('BUS_NO_ROLE');
  });

  it('have the error of who could not use them, and are bad for any other reason', () => {
    expect(feedErrorOf(new FeedFailure(FEED_ERRORS.notEncrypted), GROUP)).to.equal(FEED_ERRORS.notEncrypted);
    expect(new FeedFailure(FEED_ERRORS.cut).message).to.equal(FEED_ERRORS.cut.text);
    expect(feedErrorOf(new Error('x'), GROUP)).to.equal(FEED_ERRORS.badDetails);
  });
});

describe('an error of the message bus', () => {
  const rows: [unknown, keyof typeof FEED_ERRORS][] = [
    [{ code: 'MessagingEntityNotFound' }, 'removed'],
    [{ message: 'amqp:not-found' }, 'removed'],
    [{ name: 'MessagingEntityDisabledError' }, 'removed'],
    [{ code: 'UnauthorizedAccess' }, 'refusedKey'],
    [{ message: 'InvalidSignature: the token has an invalid signature' }, 'refusedKey'],
    [{ name: 'AuthenticationError' }, 'refusedKey'],
    [{ message: 'Unexpected server response: 401' }, 'refusedKey'],
    [{ code: 'QuotaExceeded' }, 'refused'],
    [{ message: 'amqp:resource-limit-exceeded' }, 'refused'],
    [{ message: 'Unexpected server response: 403' }, 'refused'],
    [{ message: 'number 14013 of 4030' }, 'cut'],
    [{ code: 'ECONNREFUSED' }, 'unreachable'],
    [{ errors: [{ message: 'connect ETIMEDOUT' }, { message: 'x' }] }, 'unreachable'],
    [{ errors: [{ errors: [{ message: 'getaddrinfo ENOTFOUND' }] }] }, 'unreachable'],
    [{ message: 'Unable to open the amqp connection' }, 'unreachable'],
    [{ code: 'OperationTimeout', message: 5 }, 'cut'],
    [{ code: 404, name: {} }, 'cut'],
    [undefined, 'cut'],
    [null, 'cut'],
    ['not-found', 'cut'],
  ];
  for (const [error, name] of rows) {
    it(`is ${name} for ${JSON.stringify(error)}`, () => expect(feedErrorOfBus(error)).to.equal(FEED_ERRORS[name]));
  }

  it('is the missing proxy where nothing has opened', () => {
    for (const name of ['cut', 'noAnswer', 'unreachable'] as const) {
      expect(withoutProxy(FEED_ERRORS[name])).to.equal(FEED_ERRORS.noProxy);
    }
    for (const name of ['removed', 'refusedKey', 'slow'] as const) {
      expect(withoutProxy(FEED_ERRORS[name])).to.equal(FEED_ERRORS[name]);
    }
  });
});
