import { expect } from 'chai';
import { needsProxy } from '../../../../src/feed/bus/proxy';

const HOST = 'Example.ServiceBus.windows.net';
const HTTPS_PROXY = 'http://proxy.example:3128';

describe('the proxy of the environment', () => {
  const DEMANDED: NodeJS.ProcessEnv[] = [
    { HTTPS_PROXY },
    { https_proxy: HTTPS_PROXY },
    { ALL_PROXY: HTTPS_PROXY },
    { HTTPS_PROXY, NO_PROXY: 'localhost,127.0.0.1' },
    { HTTPS_PROXY, NO_PROXY: 'notservicebus.windows.net, bus.windows.net' },
    { HTTPS_PROXY, NO_PROXY: '*:5671' },
  ];
  for (const environment of DEMANDED) {
    it(`is demanded by ${JSON.stringify(environment)}`, () => expect(needsProxy(HOST, environment)).to.equal(true));
  }

  const NOT_DEMANDED: NodeJS.ProcessEnv[] = [
    {},
    { HTTPS_PROXY: '' },
    { HTTP_PROXY: HTTPS_PROXY },
    ...['*', 'example.servicebus.windows.net', 'x, .windows.NET', '*.servicebus.windows.net', 'windows.net:443'].map(
      (NO_PROXY) => ({ HTTPS_PROXY, NO_PROXY }),
    ),
    { https_proxy: HTTPS_PROXY, no_proxy: 'windows.net' },
  ];
  for (const environment of NOT_DEMANDED) {
    it(`is not demanded by ${JSON.stringify(environment)}`, () =>
      expect(needsProxy(HOST, environment)).to.equal(false));
  }
});
