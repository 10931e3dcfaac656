import { execFile } from 'node:child_process';
import { readFileSync } from 'node:fs';
import { createServer as createHttpServer, type Server } from 'node:http';
import { createServer as createTlsServer } from 'node:https';
import { connect, type AddressInfo, type Socket } from 'node:net';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { expect } from 'chai';
import { program } from '../../support/program';

const FOLDER = join(__dirname, 'proxy');
const CERT = join(FOLDER, 'cert.pem');
const LOGIN = join(__dirname, '../../support/proxy/login.ts');
const run = promisify(execFile);

describe('the proxy and the certificate authority of the environment', () => {
  const asked: string[] = [];
  const seen: string[] = [];
  let cloud: Server;
  let proxy: Server;
  const portOf = (server: Server) => (server.address() as AddressInfo).port;

  before(async () => {
    cloud = createTlsServer(
      { key: readFileSync(join(FOLDER, 'key.pem')), cert: readFileSync(CERT) },
      (request, response) => {
        seen.push(`${request.method} ${request.url}`);
        response.end(request.url === '/oauth/token' ? '{"access_token":"t","expires_in":60}' : '{"Version":"6"}');
      },
    );
    proxy = createHttpServer().on('connect', (request, socket: Socket) => {
      asked.push(request.url ?? '');
      const through = connect(portOf(cloud), '127.0.0.1', () => {
        socket.write('HTTP/1.1 200 Connection established\r\n\r\n');
        through.pipe(socket).pipe(through);
      });
      for (const end of [socket, through]) end.on('error', () => socket.destroy());
    });
    for (const server of [cloud, proxy]) await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  });
  after(() => {
    for (const server of [cloud, proxy]) {
      server.close();
      server.closeAllConnections();
    }
  });

  it('are used, and the proxy sees no more than a tunnel', async () => {
    const { stdout } = await run(process.execPath, [program(LOGIN)], {
      env: {
        ...process.env,
        HTTPS_PROXY: `http://127.0.0.1:${portOf(proxy)}`,
        NO_PROXY: '',
        NODE_EXTRA_CA_CERTS: CERT,
      },
    });
    expect(stdout).to.equal('{"version":"6"}');
    expect(new Set(asked)).to.deep.equal(new Set(['zaptec.test:443']));
    expect(seen).to.deep.equal(['POST /oauth/token', 'GET /api/constants']);
  });
});
