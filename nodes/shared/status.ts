import type { NodeStatus, NodeStatusFill, NodeStatusShape } from 'node-red';
import type { ClientHealth, DecisionName, ErrorCode } from '../../src/client';
import { statusesIn } from './language/catalogues';
import type { Language } from './language/languages';
import { STATUS_TEXTS, type StatusKey } from './status-texts';

export type Parameters = Readonly<Record<string, string | number>>;
export type Texts = (key: string, parameters?: Parameters) => string;

/** What a status says, before it is put into words. */
export interface StatusDescription {
  fill: NodeStatusFill;
  shape: NodeStatusShape;
  key: StatusKey;
  parameters?: Parameters;
  /** The name for Status nodes, where several texts say the same in other words; by default the key. */
  code?: string;
}

/** What Node-RED hands to Status nodes: the text may be translated, the code stays. `{}` clears it. */
export type CodedStatus = NodeStatus & { code?: string };

/** A name of somebody's node may be long; a text of ours is never cut. In characters. */
const LONGEST_NAME = 16;

const describe = (
  fill: NodeStatusFill,
  shape: NodeStatusShape,
  key: StatusKey,
  parameters?: Parameters,
): StatusDescription => ({
  fill,
  shape,
  key,
  ...(parameters ? { parameters } : {}),
});

/** Ring: not settled. Dot: settled. Yellow heals by itself, red needs a person. */
export const STATUSES = {
  noConnection: describe('red', 'ring', 'no-connection'),
  noCredentials: describe('red', 'ring', 'no-credentials'),
  badSettings: describe('red', 'ring', 'bad-settings'),
  refused: describe('red', 'ring', 'login-refused'),
  connecting: describe('yellow', 'ring', 'connecting'),
  unreachable: describe('yellow', 'ring', 'unreachable'),
  limited: describe('yellow', 'ring', 'limited'),
  connected: describe('green', 'ring', 'connected'),
  done: describe('green', 'dot', 'done'),
} as const;

const UNHEALTHY: Partial<Record<ClientHealth['state'], StatusDescription>> = {
  refused: STATUSES.refused,
  unreachable: STATUSES.unreachable,
  limited: STATUSES.limited,
};

/** The status of a message that failed: the code of its error, or a decision; short, stable and the key to the help. */
export function failureStatus(code: ErrorCode | DecisionName): StatusDescription {
  if (code === 'AUTH_MISSING') return STATUSES.noCredentials;
  return describe('red', 'dot', 'failed', { code });
}

/** The name of a status that never changes: its key, or the code of the error. */
function codeOf({ key, parameters, code }: StatusDescription): string {
  if (code !== undefined) return code;
  return key === 'failed' ? String(parameters?.['code'] ?? key) : key;
}

/** What a node does for a message, in a word of its own; Status nodes see `working`, whatever the word. */
export const inProgress = (key: StatusKey): StatusDescription => ({
  fill: 'blue',
  shape: 'dot',
  key,
  code: 'working',
});

/** The name of a node or a program in a status, which has no room for a long one. */
export const shortName = (name: string): string =>
  name.length > LONGEST_NAME ? `${name.slice(0, LONGEST_NAME - 1).trimEnd()}…` : name;

/** How the connection is doing, apart from any message. */
export function healthStatus(state: ClientHealth['state']): StatusDescription {
  return UNHEALTHY[state] ?? (state === 'ok' ? STATUSES.connected : STATUSES.connecting);
}

/**
 * One status per node out of everything that happens at the same time.
 *
 * An unhealthy connection comes before requests in flight, and these come before the outcome of the last message. Every
 * status is an event for each open editor, so only changes are emitted.
 */
export class StatusReducer {
  private inFlight = 0;
  private health: StatusDescription | undefined;
  private healthState: ClientHealth['state'] = 'idle';
  private last: StatusDescription | undefined;
  private step: StatusDescription | undefined;
  private doing: StatusDescription | undefined;
  private shown = '';
  private closed = false;

  constructor(
    private readonly emit: (status: CodedStatus) => void,
    private readonly texts: Texts,
    private readonly simulated: () => boolean = () => false,
  ) {}

  /** A message has arrived; `doing` is what is done for it, where that is known. */
  begin(doing?: StatusDescription): void {
    this.inFlight += 1;
    this.doing = doing;
    this.show();
  }

  /** How far the message in work is; it is forgotten with the end of any message. */
  progress(step: StatusDescription): void {
    this.step = step;
    this.show();
  }

  /** A message is done; `outcome` is what stays to be seen of it, and undefined where a newer message counts. */
  end(outcome: StatusDescription | undefined): void {
    this.step = undefined;
    this.inFlight = Math.max(0, this.inFlight - 1);
    this.last = outcome ?? this.last;
    this.show();
  }

  /** Something that goes on by itself, with no message, stands like this. */
  set(ongoing: StatusDescription): void {
    this.last = ongoing;
    this.show();
  }

  /** The connection has changed its state. A recovery makes old failures of the connection forgotten. */
  setHealth(state: ClientHealth['state'], override?: StatusDescription): void {
    if (state === 'ok' && this.healthState !== 'ok' && this.last?.fill === 'red') this.last = undefined;
    this.healthState = state;
    this.health = override ?? healthStatus(state);
    this.show();
  }

  /** Clears the canvas; nothing is shown afterwards. */
  close(): void {
    if (this.closed) return;
    this.closed = true;
    this.emit({});
  }

  private show(): void {
    if (this.closed) return;
    const current = this.current();
    if (!current) return;
    const text = this.textOf(current);
    const code = codeOf(current);
    const shown = `${current.fill} ${current.shape} ${code} ${text}`;
    if (shown === this.shown) return;
    this.shown = shown;
    this.emit({ fill: current.fill, shape: current.shape, text, code });
  }

  private current(): StatusDescription | undefined {
    if (this.health && (UNHEALTHY[this.healthState] || this.health.fill === 'red')) return this.health;
    if (this.inFlight > 0 && this.step) return this.step;
    if (this.inFlight > 1) return describe('blue', 'dot', 'working-many', { n: this.inFlight });
    if (this.inFlight === 1) return this.doing ?? inProgress('working');
    return this.last ?? this.health;
  }

  private textOf({ key, parameters }: StatusDescription): string {
    return (this.simulated() ? 'SIM ' : '') + this.texts(key, parameters);
  }
}

/**
 * The texts of one node type, in English where a language has none. Node-RED's own way knows only one language, that of
 * its process.
 */
export function textsOf(type: string, language: () => Language = () => 'en'): Texts {
  const defaults: Readonly<Record<string, string>> = STATUS_TEXTS[type as keyof typeof STATUS_TEXTS];
  return (key, parameters = {}) => fill(statusesIn(language(), type)[key] ?? defaults[key] ?? key, parameters);
}

function fill(text: string, parameters: Parameters): string {
  return text.replace(/__(\w+)__/g, (mark, name: string) => String(parameters[name] ?? mark));
}
