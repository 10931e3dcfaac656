import type { AddressInfo } from 'node:net';
import { createServer, type Server } from 'node:http';
import { createRequire } from 'node:module';
import { expect } from 'chai';
import type { NodeAPI } from 'node-red';
import { adminMount, adminRoute } from '../../../nodes/shared/admin-routes';
import { zaptecError } from '../../../src/errors/zaptec-error';
import { NODES } from '../../support/node-red/harness';

type Handler = (request: any, response: any, next: (error?: unknown) => void) => void;
interface Layer {
  route?: { path: string; methods: Record<string, boolean> };
  regexp: RegExp;
  name: string;
}

/** Node-RED's own express, which parses bodies before our routes see them. */
const express = createRequire(createRequire(__filename).resolve('node-red'))('express');

/** An admin API for a user who may do what `allowed` says. */
function adminApi(allowed: readonly string[] = []): { RED: NodeAPI; app: any } {
  const app = express().set('env', 'test');
  app.use(express.json());
  const needsPermission =
    (permission: string): Handler =>
    (_request, response, next) => {
      if (allowed.includes(permission)) next();
      else response.status(401).end();
    };
  return { RED: { httpAdmin: app, auth: { needsPermission } } as unknown as NodeAPI, app };
}

describe('admin routes', () => {
  let server: Server | undefined;
  afterEach(() => new Promise((resolve) => (server ? server.close(resolve) : resolve(undefined))));

  async function serve(app: any): Promise<string> {
    server = createServer(app);
    await new Promise<void>((resolve) => server!.listen(0, '127.0.0.1', resolve));
    return `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
  }
  const post = async (url: string, body: unknown = {}) =>
    fetch(url, { method: 'POST', headers: { 'Content-Type': 'application/json' }, body: JSON.stringify(body) });

  it('hand on the body and wrap the answer', async () => {
    const { RED, app } = adminApi(['zaptec.read']);
    adminRoute(RED, { path: 'zaptec/x', permission: 'zaptec.read', answer: async (body) => ({ got: body['a'] }) });
    const answer = await post(`${await serve(app)}/zaptec/x`, { a: 1 });
    expect(await answer.json()).to.deep.equal({ data: { got: 1 } });
    expect(answer.headers.get('cache-control'), 'an answer of an account stays in no cache').to.equal('no-store');
  });

  it('tell a failure as code, message and remedy', async () => {
    const { RED, app } = adminApi(['zaptec.read']);
    const answer = async () => Promise.reject(zaptecError('HTTP_403', 'Zaptec said no', { remedy: 'Ask the owner' }));
    adminRoute(RED, { path: 'zaptec/x', permission: 'zaptec.read', answer });
    const reply = await post(`${await serve(app)}/zaptec/x`);
    expect(reply.status).to.equal(200);
    expect(await reply.json()).to.deep.equal({
      error: { code: 'HTTP_403', message: 'Zaptec said no', remedy: 'Ask the owner' },
    });
  });

  it('are registered once, and the newest answers', async () => {
    const { RED, app } = adminApi(['zaptec.read']);
    for (const answer of ['old', 'new']) {
      adminRoute(RED, { path: 'zaptec/x', permission: 'zaptec.read', answer: async () => answer });
    }
    const own = (app._router.stack as Layer[]).filter(({ route }) => route?.path === '/zaptec/x');
    expect(own).to.have.lengthOf(1);
    expect(await (await post(`${await serve(app)}/zaptec/x`)).json()).to.deep.equal({ data: 'new' });
  });

  it('take JSON from pages of the same site alone, whatever a proxy has made of the host', async () => {
    const { RED, app } = adminApi(['zaptec.read', 'zaptec.write']);
    app.use(express.urlencoded({ extended: true }), express.text());
    let answered = 0;
    adminRoute(RED, { path: 'zaptec/x', permission: 'zaptec.write', answer: async () => (answered += 1) });
    adminMount(RED, 'zaptec/page', (_request, response) => {
      answered += 1;
      response.end();
    });
    const url = await serve(app);
    const json = { 'Content-Type': 'application/json' };
    for (const path of ['zaptec/x', 'zaptec/page/part']) {
      const statusOf = async (headers: Record<string, string>, body = '{}') =>
        (await fetch(`${url}/${path}`, { method: 'POST', headers, ...(body === '' ? {} : { body }) })).status;
      answered = 0;
      for (const type of [
        'application/x-www-form-urlencoded',
        'text/plain',
        'multipart/form-data; boundary=x',
        'application/jsonx',
      ]) {
        expect(await statusOf({ 'Content-Type': type }), `${path} ${type}`).to.equal(415);
      }
      expect(await statusOf({}, ''), `${path} without a body`).to.equal(415);
      expect(await statusOf({ ...json, 'Sec-Fetch-Site': 'cross-site' }), path).to.equal(403);
      expect(answered, path).to.equal(0);
      for (const site of ['same-origin', 'same-site', 'none']) {
        expect(await statusOf({ ...json, 'Sec-Fetch-Site': site }), `${path} ${site}`).to.equal(200);
      }
      const proxied = { 'Content-Type': 'Application/JSON; charset=utf-8', Origin: 'https://nodered.example' };
      expect(await statusOf(proxied), `${path} behind a proxy`).to.equal(200);
    }
  });

  it('mounted below a path let a reader read and nothing else', async () => {
    const { RED, app } = adminApi(['zaptec.read']);
    adminMount(RED, 'zaptec/page', (request, response) => response.end(`saw ${String(request.url)}`));
    const url = `${await serve(app)}/zaptec/page/part?x=1`;
    expect(await (await fetch(url)).text()).to.equal('saw /part?x=1');
    expect((await post(url)).status).to.equal(401);
    expect((await fetch(url, { method: 'PUT' })).status).to.equal(401);
  });

  it('of a mount that fails end in an error page and not in the end of the process', async () => {
    const { RED, app } = adminApi(['zaptec.read']);
    adminMount(RED, 'zaptec/page', () => Promise.reject(new Error('broken')));
    expect((await fetch(`${await serve(app)}/zaptec/page`)).status).to.equal(500);
  });

  it('of all our nodes refuse whoever lacks the permission', async () => {
    const { RED, app } = adminApi();
    const routes: string[] = [];
    const recorded = new Proxy(app, {
      get: (target, name) =>
        ['get', 'post', 'put', 'patch', 'delete', 'use', 'all'].includes(String(name))
          ? (path: unknown, ...handlers: unknown[]) => {
              routes.push(String(path));
              return target[name](path, ...handlers);
            }
          : target[name],
    });
    const nothing = () => undefined;
    const nodes = { registerType: nothing, getNode: () => null, eachNode: nothing };
    for (const register of NODES) void register({ ...RED, httpAdmin: recorded, nodes } as never);
    expect(routes).to.include('/zaptec/lists');
    const url = await serve(app);
    for (const path of routes) {
      expect(path).to.match(/^\/zaptec\//);
      for (const method of ['GET', 'POST', 'PUT', 'DELETE']) {
        const { status } = await fetch(url + path, { method });
        expect(status, `${method} ${path}`).to.be.oneOf([401, 404]);
      }
      expect((await post(url + path)).status, path).to.equal(401);
    }
  });
});
