import { expect } from 'chai';
import { Hono } from 'hono';
import { ENDPOINT_GROUPS } from '../../../simulator/rest/endpoints/index';
import { runningClock } from '../../../simulator/clock';
import type { FaultName } from '../../../simulator/faults/table';
import type { RestEnv } from '../../../simulator/rest/context';
import type { Role, WorldModel } from '../../../simulator/world/model';
import { NOW, StaticWorld } from './static-world';

export interface Answer {
  status: number;
  /** Undefined where the answer has no body. */
  body: any;
  headers: Headers;
}

/** The endpoints without the pipeline: a test sets the account and the faults. */
export class EndpointApi<W extends WorldModel = StaticWorld> {
  readonly faults = new Set<FaultName>();
  /** The client's time, ms. */
  time = NOW;
  role: Role = 'owner';
  readonly #app = new Hono<RestEnv>();

  constructor(readonly world: W) {
    this.#app.use(async (c, next) => {
      c.set('account', { username: `${this.role}@simulator.example`, password: '', role: this.role });
      await next();
    });
    const faults = { hits: (name: FaultName) => this.faults.has(name) };
    const clock = { ...runningClock(), now: () => this.time };
    const bus = { details: () => expect.fail('messaging is not enabled here') };
    for (const register of ENDPOINT_GROUPS) register(this.#app, { world, clock, faults, bus });
  }

  get(path: string): Promise<Answer> {
    return this.send('GET', path);
  }

  post(path: string, body?: unknown): Promise<Answer> {
    return this.send('POST', path, body);
  }

  /** The answer itself, for the text of its body. */
  async raw(path: string, init: RequestInit = {}): Promise<Response> {
    return this.#app.request(path, init);
  }

  async send(method: string, path: string, body?: unknown): Promise<Answer> {
    const text = typeof body === 'string' ? body : JSON.stringify(body);
    const answer = await this.raw(path, { method, ...(body === undefined ? {} : { body: text }) });
    const received = await answer.text();
    return {
      status: answer.status,
      body: received === '' ? undefined : JSON.parse(received),
      headers: answer.headers,
    };
  }
}

export const endpointApi = (chargers = 1): EndpointApi => new EndpointApi(new StaticWorld(chargers));
