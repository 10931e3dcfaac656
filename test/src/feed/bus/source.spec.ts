import { expect } from 'chai';
import { openClient, type ZaptecClient } from '../../../../src/client';
import { FEED_ERRORS, feedErrorOfBus } from '../../../../src/feed/feed-error';
import { answers, ScriptedServer } from '../../../support/scripted-server';
import { VirtualClock } from '../../../support/virtual-clock';
import { FeedCloud } from '../../../support/feed/feed-cloud';

const SITE = '0a1b2c3d-0000-4000-8000-000000000001';
const OTHER_GROUP = '0a1b2c3d-0000-4000-8000-0000000000ee';
const GOOD = {
  Type: 0,
  Host: 'zap.servicebus.windows.net',
  Port: 5671,
  UseSSL: true,
  Username: 'listen',
  Password: 'planted-sas-key',
  Topic: 'installation_1',
  Subscription: 'default',
};

describe('the source of messages', () => {
  describe('is found', () => {
    let cloud: FeedCloud;

    beforeEach(async () => {
      cloud = await FeedCloud.start();
    });
    afterEach(() => cloud.stop());

    const asked = () =>
      cloud.simulator.requests
        .map(({ path }) => /\/api\/(userGroups.*|installation\/.*messaging.*)$/.exec(path)?.[1])
        .filter((path) => path !== undefined)
        .map((path) => path.replace('/messagingConnectionDetails', '').replace(/^(\w+)\/.*(.{4})$/, '$1/$2'));
    const end = (id: string) => id.slice(-4);

    it("by the group that was typed, then by the installation's own, without a look-up", async () => {
      cloud.open({ userGroup: OTHER_GROUP });
      await cloud.live();
      expect(asked()).to.deep.equal([`userGroups/${end(OTHER_GROUP)}`, `userGroups/${end(cloud.site.supportGroupId)}`]);
    });

    it('by the installation when no group is open, after a look-up where one is configured', async () => {
      cloud.fault('bus-details-403', true, { match: '/api/userGroups/' });
      cloud.open({ lookUpGroups: true });
      await cloud.live();
      const group = `userGroups/${end(cloud.site.supportGroupId)}`;
      expect(asked()).to.deep.equal([group, 'userGroups', `installation/${end(cloud.site.id)}`]);
    });

    it('anew when the present source is closed', async () => {
      cloud.open();
      await cloud.live();
      await cloud.pass(120_000);
      cloud.fault('bus-details-403', true, { match: '/api/userGroups/' });
      cloud.fault('bus-detach');
      await cloud.until('away', () => cloud.now.state !== 'live');
      await cloud.live(5 * 60_000);
      expect(asked().at(-1)).to.equal(`installation/${end(cloud.site.id)}`);
      expect(asked(), 'nobody allowed the look-up').not.to.include('userGroups');
    });
  });

  describe('is refused', () => {
    let server: ScriptedServer;
    let clock: VirtualClock;
    let client: ZaptecClient;

    beforeEach(async () => {
      server = new ScriptedServer();
      await server.start();
      clock = new VirtualClock();
      client = openClient({ baseUrl: server.url, username: 'owner@example.org', password: 'planted-password' });
    });
    afterEach(async () => {
      client.close();
      await clock.advance(40_000);
      clock.restore();
      await server.stop();
    });

    const cases = [
      ['without encryption to another machine', { UseSSL: false }, 'BUS_NOT_ENCRYPTED'],
      ['without a key', { Password: null }, 'BUS_BAD_DETAILS'],
      ['with a host that is no host name', { Host: 'a/b' }, 'BUS_BAD_DETAILS'],
      ['with a key that would change the address', { Password: 'x;Endpoint=sb://evil' }, 'BUS_BAD_DETAILS'],
      ['with a port out of range', { Port: 70_000 }, 'BUS_BAD_DETAILS'],
      ['with another protocol', { Type: 1 }, 'BUS_BAD_DETAILS'],
    ] as const;
    for (const [name, change, code] of cases) {
      it(`to details ${name}`, async () => {
        const body = JSON.stringify({ ...GOOD, ...change });
        server.handler = (seen, response, socket) => {
          if (seen.url.includes('messaging')) response.end(body);
          else answers({ status: 404 })(seen, response, socket);
        };
        const feed = client.feed({ installationId: SITE });
        while (feed.status.code === undefined) await clock.advance(100);
        expect(feed.status.code).to.equal(code);
        expect(JSON.stringify(feed.status)).not.to.contain('planted');
        feed.close();
      });
    }

    it('for ids that are no ids', () => {
      expect(() => client.feed({ installationId: 'home' })).to.throw(/is not an id/);
      expect(() => client.feed({ installationId: SITE, userGroup: '../x' })).to.throw(/is not an id/);
    });
  });

  it('gives errors of the SDK in words without secrets', () => {
    const planted = 'Endpoint=sb://x/;SharedAccessKey=planted-sas-key';
    const codeOf = (error: unknown) => {
      const feedError = feedErrorOfBus(error);
      expect(JSON.stringify(feedError)).not.to.contain('planted');
      return feedError.code;
    };
    expect(codeOf(Object.assign(new Error(planted), { code: 'MessagingEntityNotFound' }))).to.equal(
      FEED_ERRORS.removed.code,
    );
    expect(codeOf(new Error(`getaddrinfo ENOTFOUND ${planted}`))).to.equal(FEED_ERRORS.unreachable.code);
    expect(codeOf({ name: 'AggregateError', errors: [new Error('401 Unauthorized')] })).to.equal(
      FEED_ERRORS.refusedKey.code,
    );
    for (const strange of [undefined, null, 7, {}, new Error(planted)]) expect(codeOf(strange)).to.equal('BUS_CUT');
  });
});
