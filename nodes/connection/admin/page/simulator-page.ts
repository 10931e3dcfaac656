import type { IncomingMessage, ServerResponse } from 'node:http';
import { zaptecError } from '../../../../src/client';
import type { AdminRequest, Permission } from '../../../shared/admin-routes';
import { runningSimulator } from '../../simulator';
import { forward, sentence } from './forward';
import { SESSION_S, PageSessions } from './page-sessions';

const COOKIE = 'zaptec-simulator';
const COOKIE_VALUE = new RegExp(`(?:^|;\\s*)${COOKIE}=([\\w-]+)`);

/** Where a request below zaptec/simulator leads. */
interface Goal {
  scenario: string;
  /** After the scenario, without its first slash, with the query; undefined where that slash is missing. */
  rest: string | undefined;
}

/**
 * The page of the built-in simulator below Node-RED's admin root: loopback, where it listens, is of no use on a
 * computer without a screen. `zaptec/simulator/<scenario>/` is its page, everything below that its control.
 */
export class SimulatorPage {
  readonly #sessions = new PageSessions();

  /** The address that lets somebody in whose permission has just been checked. @throws ZaptecError `NOT_DEPLOYED` */
  async pass(scenario: string, permission: Permission): Promise<{ path: string }> {
    await mustRun(scenario);
    const pass = this.#sessions.pass(scenario, permission);
    return { path: `zaptec/simulator/${encodeURIComponent(scenario)}/enter?pass=${pass}` };
  }

  /** Whether the browser was let in before, or is about to be. */
  knows(request: AdminRequest): boolean {
    const { scenario, rest } = goalOf(request);
    return isEntry(rest) || mayOf(this.#sessions, request, scenario) !== undefined;
  }

  async answer(request: AdminRequest, response: ServerResponse): Promise<void> {
    const goal = goalOf(request);
    if (isEntry(goal.rest)) enter(this.#sessions, goal, request, response);
    else await reply(response, await answerOf(this.#sessions, goal, request));
  }
}

async function mustRun(scenario: string): Promise<void> {
  if (await runningSimulator(scenario)) return;
  throw zaptecError('NOT_DEPLOYED', notRunning(scenario), {
    remedy: 'Deploy a connection to the built-in simulator with this scenario',
  });
}

const notRunning = (scenario: string): string => `No simulator of the scenario "${scenario}" is running`;

const isEntry = (rest: string | undefined): boolean => /^enter(?:\?|$)/.test(rest ?? '');

function goalOf({ url = '/' }: IncomingMessage): Goal {
  const [, name = '', rest] = /^\/([^/?]*)(?:\/([^]*))?/.exec(url) ?? [];
  try {
    return { scenario: decodeURIComponent(name), rest };
  } catch {
    return { scenario: name, rest };
  }
}

function mayOf(sessions: PageSessions, { headers }: IncomingMessage, scenario: string): Permission | undefined {
  return sessions.mayOf(COOKIE_VALUE.exec(headers.cookie ?? '')?.[1], scenario);
}

/** Without a path the cookie is for the folder of this address as the browser sees it, whatever proxies are between. */
function enter(sessions: PageSessions, { scenario, rest = '' }: Goal, request: AdminRequest, response: ServerResponse) {
  const pass = new URLSearchParams(rest.split('?')[1] ?? '').get('pass') ?? '';
  const token = sessions.enter(pass, scenario);
  response.setHeader('Cache-Control', 'no-store');
  response.setHeader('Referrer-Policy', 'no-referrer');
  if (token === undefined) {
    response.statusCode = 403;
    response.setHeader('Content-Type', 'text/plain; charset=utf-8');
    response.end('This address can be used once only, within half a minute. Open the page from the editor again.');
    return;
  }
  const secure = 'encrypted' in request.socket ? '; Secure' : '';
  response.setHeader('Set-Cookie', `${COOKIE}=${token}; HttpOnly; SameSite=Strict; Max-Age=${SESSION_S}${secure}`);
  response.statusCode = 303;
  response.setHeader('Location', './');
  response.end();
}

async function answerOf(sessions: PageSessions, { scenario, rest }: Goal, request: AdminRequest): Promise<Response> {
  const reads = request.method === 'GET' || request.method === 'HEAD';
  if (!reads && mayOf(sessions, request, scenario) === 'zaptec.read') {
    return sentence(403, 'Your Node-RED user may look at the simulator, but not change it');
  }
  const simulator = await runningSimulator(scenario);
  if (!simulator) {
    const remedy = 'Deploy a connection to the built-in simulator with this scenario.';
    return sentence(404, `${notRunning(scenario)}. ${remedy}`);
  }
  if (rest !== undefined) return forward(simulator, request, rest);
  return new Response(null, { status: 302, headers: { Location: `${encodeURIComponent(scenario)}/` } });
}

async function reply(response: ServerResponse, answer: Response): Promise<void> {
  response.statusCode = answer.status;
  answer.headers.forEach((value, name) => response.setHeader(name, value));
  response.end(Buffer.from(await answer.arrayBuffer()));
}
