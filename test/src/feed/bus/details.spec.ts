import { expect } from 'chai';
import type { Caller } from '../../../../src/api/caller';
import { loadDetails } from '../../../../src/feed/bus/details';
import { FeedFailure } from '../../../../src/feed/feed-error';
import { BUS_DETAILS } from '../../../support/feed/bus-details';

const ID = '0a1b2c3d-0000-4000-8000-000000000001';
/** As the cloud answers. */
const ANSWER = {
  Type: 0,
  Host: 'zap.servicebus.windows.net',
  Port: 5671,
  UseSSL: true,
  Username: 'listen',
  Password: 'c2VjcmV0',
  Topic: 'installation_1',
  Subscription: 'default',
};

describe('the connection details of a source', () => {
  const load = (answer: unknown, kind: 'group' | 'installation' = 'group', asked: unknown[] = []) => {
    const caller: Pick<Caller, 'confidential'> = {
      confidential: (...question: unknown[]) => {
        asked.push(...question);
        return Promise.resolve(answer);
      },
    };
    return loadDetails(caller as Caller, { kind, id: ID }, SIGNAL);
  };
  const SIGNAL = new AbortController().signal;
  const refusal = async (answer: unknown) => {
    const failure: unknown = await load(answer).catch((error: unknown) => error);
    return failure instanceof FeedFailure ? failure.feedError.code : failure;
  };

  it('are asked of the source, until nobody wants them any more', async () => {
    const asked: unknown[] = [];
    await load(ANSWER, 'group', asked);
    await load(ANSWER, 'installation', asked);
    expect(asked).to.deep.equal([
      `/api/userGroups/${ID}/messagingConnectionDetails`,
      { signal: SIGNAL },
      `/api/installation/${ID}/messagingConnectionDetails`,
      { signal: SIGNAL },
    ]);
  });

  it('are read in any casing', async () => {
    const lowered = Object.fromEntries(Object.entries(ANSWER).map(([name, value]) => [name.toLowerCase(), value]));
    const camel = Object.fromEntries(
      Object.entries(ANSWER).map(([name, value]) => [name.charAt(0).toLowerCase() + name.slice(1), value]),
    );
    for (const answer of [ANSWER, lowered, camel]) expect(await load(answer)).to.deep.equal(BUS_DETAILS);
  });

  it('are those of AMQP with TLS on its own port where nothing else is said', async () => {
    const named = { Type: undefined, Port: undefined, UseSSL: undefined };
    expect(await load({ ...ANSWER, ...named })).to.deep.equal(BUS_DETAILS);
  });

  it('may name any port', async () => {
    for (const port of [1, 5672, 65_535, '5672'])
      expect((await load({ ...ANSWER, Port: port })).port).to.equal(Number(port));
  });

  it('may do without encryption on this machine', async () => {
    const details = await load({ ...ANSWER, Host: '127.0.0.1', UseSSL: false });
    expect(details).to.deep.equal({ ...BUS_DETAILS, host: '127.0.0.1', plain: true });
  });

  it('are refused where they would show the key to everybody', async () => {
    expect(await refusal({ ...ANSWER, UseSSL: false })).to.equal('BUS_NOT_ENCRYPTED');
  });

  it('are refused where one of them is missing, is no text, or would change another one', async () => {
    for (const name of ['Host', 'Username', 'Password', 'Topic', 'Subscription']) {
      for (const value of [undefined, null, '', 7, {}, 'a;b', 'a b', 'a\nb'])
        expect(await refusal({ ...ANSWER, [name]: value }), `${name}: ${JSON.stringify(value)}`).to.equal(
          'BUS_BAD_DETAILS',
        );
    }
  });

  it('are refused where the host is no name of one', async () => {
    for (const Host of ['a/b', 'a:1', 'a@b', '[::1]'])
      expect(await refusal({ ...ANSWER, Host }), Host).to.equal('BUS_BAD_DETAILS');
  });

  it('are refused where the port is none', async () => {
    for (const Port of [0, -1, 65_536, 1.5, 'amqp', NaN])
      expect(await refusal({ ...ANSWER, Port }), String(Port)).to.equal('BUS_BAD_DETAILS');
  });

  it('are refused where they speak of another protocol', async () => {
    for (const Type of [1, '0', 'AMQP']) expect(await refusal({ ...ANSWER, Type })).to.equal('BUS_BAD_DETAILS');
  });

  it('are refused where the answer holds none', async () => {
    for (const answer of [undefined, null, 'text', [ANSWER], {}])
      expect(await refusal(answer), JSON.stringify(answer)).to.equal('BUS_BAD_DETAILS');
  });
});
