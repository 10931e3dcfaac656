import {
  charger,
  connection,
  CONNECTION_ID,
  doctor,
  installation,
  loadGuard,
  placed,
  plan,
  request,
  sessions,
  subscribe,
  surplus,
  updateCurrent,
  type FlowNode,
} from '../../test/support/node-red/builder';
import type { EDITS } from './actions';

/** Files of the user directory, with one line of JSON for each message. */
export const FILES = {
  finished: 'finished.jsonl',
  feed: 'feed.jsonl',
  messages: 'messages.jsonl',
  errors: 'errors.jsonl',
} as const;
type FileName = keyof typeof FILES;

const MINUTE = 60_000;
const HOUR = 60 * MINUTE;
/** Longer messages are cut in their file. */
const MOST_CHARACTERS = 20_000;

const out = [['messages']];
const live = [['messages'], ['feed']];
const bound = { connection: CONNECTION_ID };

/** Every node of the package, each with all of its work; those that decide are wired to those that act. */
const NODES: readonly FlowNode[] = [
  installation({ id: 'list', action: 'list', wires: out }),
  installation({ id: 'hierarchy', action: 'hierarchy', installation: 'Home', wires: out }),
  installation({ id: 'firmware', action: 'firmware', installation: 'Home', wires: out }),
  charger({ id: 'chargers', action: 'list', wires: out }),
  charger({ id: 'state', action: 'state', charger: 'Garage', wires: out }),
  charger({ id: 'command', action: 'command', charger: 'Garage', wires: out }),
  charger({
    id: 'update',
    action: 'update',
    charger: 'Carport',
    maxChargeCurrent: 'payload',
    maxChargeCurrentType: 'msg',
    wires: out,
  }),
  request({ id: 'request', path: 'path', pathType: 'msg', wires: out }),
  subscribe({ id: 'observations', emit: 'observations', wires: live }),
  subscribe({ id: 'snapshots', emit: 'snapshots', every: 5, wires: live }),
  subscribe({ id: 'events', emit: 'events', wires: live }),
  subscribe({ id: 'finished', emit: 'sessions', wires: [['finished-text'], ['feed']] }),
  updateCurrent({ id: 'solar', withdrawn: 'restore', wires: live }),
  updateCurrent({ id: 'fuse', role: 'limit', wires: live }),
  plan({ id: 'plan', ...bound, charger: 'Garage', repeat: 1, wires: [['command', 'messages'], ['messages']] }),
  loadGuard({ id: 'guard', ...bound, repeat: 1, wires: [['fuse', 'messages'], ['messages']] }),
  surplus({ id: 'surplus', ...bound, repeat: 1, wires: [['solar', 'messages'], ['messages']] }),
  doctor({ id: 'doctor', wires: out }),
  sessions({ id: 'archive', period: 'today', wires: out }),
  sessions({ id: 'new', which: 'new', acknowledge: false, wires: out }),
];

/** Those that take messages. */
export const TARGETS: readonly string[] = NODES.filter(({ type }) => type !== 'zaptec-subscribe').map(({ id }) => id);
/** Without them no session is reported, and no feed. */
const ALWAYS: ReadonlySet<string> = new Set(['finished']);

/** The message of one of eight variants for a node. */
export function messageFor(node: string, variant: number, now = Date.now()): object {
  switch (node) {
    case 'command':
      return { payload: variant % 2 === 0 ? 'pause' : 'resume' };
    case 'update':
      return { payload: 10 + variant };
    case 'request':
      return { path: ['/api/constants', '/api/chargers', '/api/installation', '/api/no-such-thing'][variant % 4] };
    case 'solar':
      return { payload: 6 + variant };
    case 'fuse':
      return { payload: 20 + variant };
    case 'plan':
      return {
        payload: [0, 1, 2, 3].map((hour) => ({
          start: new Date(now + hour * HOUR).toISOString(),
          value: (variant + hour) % 4,
        })),
      };
    case 'guard':
      return { payload: { phase1: 4 * variant, phase2: 10, phase3: 1 } };
    case 'surplus':
      return { payload: 1_000 - variant * 1_000, ...(variant > 5 ? { mode: variant % 2 === 0 ? 'sun' : 'fast' } : {}) };
    default:
      return {};
  }
}

const writesTo = (name: FileName): FlowNode[] => [
  {
    id: `${name}-file`,
    type: 'file',
    z: 'tab',
    filename: FILES[name],
    filenameType: 'str',
    appendNewline: true,
    encoding: 'none',
    overwriteFile: 'false',
    wires: [[]],
  },
];

const text = (id: string, file: FileName, value: string): FlowNode => ({
  id,
  type: 'function',
  z: 'tab',
  func: `const { req, res, ...rest } = msg; msg.payload = JSON.stringify(${value}).slice(0, ${MOST_CHARACTERS}); return msg;`,
  outputs: 1,
  wires: [[`${file}-file`]],
});

/** Takes the messages of the soak, and answers with the states of the chargers as the package knows them. */
const doors: readonly FlowNode[] = [
  { id: 'door', type: 'http in', z: 'tab', url: '/soak/:node', method: 'post', wires: [['door-switch']] },
  {
    id: 'door-switch',
    type: 'function',
    z: 'tab',
    func: [
      `const targets = ${JSON.stringify(TARGETS)};`,
      'const answer = targets.map((id) => (id === msg.req.params.node ? msg.req.body : null));',
      'msg.payload = {}; msg.statusCode = 200;',
      'return [...answer, msg];',
    ].join('\n'),
    outputs: TARGETS.length + 1,
    wires: [...TARGETS.map((id) => [id]), ['door-answer']],
  },
  { id: 'door-answer', type: 'http response', z: 'tab', wires: [] },
  { id: 'truth', type: 'http in', z: 'tab', url: '/truth', method: 'get', wires: [['truth-state']] },
  charger({ id: 'truth-state', action: 'state', target: 'installation', wires: [['door-answer']] }),
  { id: 'catch', type: 'catch', z: 'tab', scope: null, uncaught: false, wires: [['errors', 'refused']] },
  {
    id: 'refused',
    type: 'function',
    z: 'tab',
    func: 'if (!msg.res) return null; msg.statusCode = 500; msg.payload = { code: msg.error.code }; return msg;',
    outputs: 1,
    wires: [['door-answer']],
  },
  { id: 'status', type: 'status', z: 'tab', scope: null, wires: [['statuses']] },
];

interface Account {
  username: string;
  password: string;
  redisUrl?: string;
}

/** The flow of the soak, as a person edits it. */
export class SoakFlow {
  readonly #baseUrl: string;
  readonly #names = new Map<string, string>();
  readonly #disabled = new Set<string>();
  readonly #places = new Map<string, number>();
  #edits = 0;

  constructor(baseUrl: string) {
    this.#baseUrl = baseUrl;
  }

  edit(edit: (typeof EDITS)[number], node: string): void {
    this.#edits += 1;
    if (edit === 'rename') this.#names.set(node, `name ${this.#edits}`);
    else if (edit === 'rename the connection') this.#names.set(CONNECTION_ID, `account ${this.#edits}`);
    else if (edit === 'move') this.#places.set(node, this.#edits);
    else if (edit === 'disable' && !ALWAYS.has(node)) this.#disabled.add(node);
    else this.#disabled.delete(node);
  }

  reset(): void {
    this.#disabled.clear();
  }

  nodes(account: Account): FlowNode[] {
    return [
      { id: 'tab', type: 'tab', label: 'soak' },
      {
        ...connection({ name: this.#names.get(CONNECTION_ID) ?? 'soak', cloud: 'custom', baseUrl: this.#baseUrl }),
        credentials: account,
      },
      ...NODES.map((node) => ({
        ...node,
        name: this.#names.get(node.id) ?? '',
        x: this.#places.get(node.id) ?? 0,
        y: 0,
        ...(this.#disabled.has(node.id) ? { d: true } : {}),
      })),
      ...[
        ...doors,
        text('finished-text', 'finished', '{ id: msg.payload.id, message: rest }'),
        text('feed', 'feed', 'rest'),
        text('messages', 'messages', 'rest'),
        text('errors', 'errors', '{ code: msg.error.code, source: msg.error.source.id, message: rest }'),
        text('statuses', 'messages', '{ status: msg.status }'),
        ...(Object.keys(FILES) as FileName[]).flatMap(writesTo),
      ].map(placed),
    ];
  }
}

export const EMPTY_FLOW: readonly FlowNode[] = [{ id: 'tab', type: 'tab', label: 'soak' }];
