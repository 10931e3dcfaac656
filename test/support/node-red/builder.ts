import type {
  ChargerSettings,
  ConnectionSettings,
  DoctorSettings,
  InstallationSettings,
  LoadGuardNodeSettings,
  PlanNodeSettings,
  RequestSettings,
  SessionsSettings,
  SubscribeSettings,
  SurplusNodeSettings,
  UpdateCurrentSettings,
} from '../../../nodes/shared/properties';

/** One node as it lies in a flow file. */
export interface FlowNode {
  id: string;
  type: string;
  [property: string]: unknown;
}

/** Overrides, and where a node lies and sends to. */
type Over<S> = Partial<{ [K in keyof S]: unknown }> & { id?: string; z?: string; wires?: string[][]; d?: boolean };

export const CONNECTION_ID = 'connection';

/** Properties are left out unless a test is about them: a flow of a user may lack any of them. */
const node = (type: string, id: string, over: object): FlowNode => ({ type, id, ...over });

const tab = (id = 'tab'): FlowNode => ({ id, type: 'tab', label: id });

export const connection = (over: Over<ConnectionSettings> = {}): FlowNode =>
  node('zaptec-connection', CONNECTION_ID, { name: 'Test', ...over });

const action = (type: string, id: string, over: object): FlowNode =>
  node(type, id, { z: 'tab', connection: CONNECTION_ID, wires: [['out']], ...over });

export const installation = (over: Over<InstallationSettings> = {}): FlowNode =>
  action('zaptec-installation', 'installation', over);

export const charger = (over: Over<ChargerSettings> = {}): FlowNode => action('zaptec-charger', 'charger', over);

/** Its second output goes to a sink called `feed`, which `flow` does not add. */
export const subscribe = (over: Over<SubscribeSettings> = {}): FlowNode =>
  action('zaptec-subscribe', 'subscribe', { wires: [['out'], ['feed']], ...over });

export const request = (over: Over<RequestSettings> = {}): FlowNode => action('zaptec-request', 'request', over);

/** Its second output goes to a sink called `decisions`, which `flow` does not add. */
export const updateCurrent = (over: Over<UpdateCurrentSettings> = {}): FlowNode =>
  action('zaptec-update-current', 'current', { wires: [['out'], ['decisions']], ...over });

/** Its second output goes to a sink called `plans`, which `flow` does not add. It has no connection unless given. */
export const plan = (over: Over<PlanNodeSettings> = {}): FlowNode =>
  action('zaptec-plan', 'plan', { connection: '', wires: [['out'], ['plans']], ...over });

export const doctor = (over: Over<DoctorSettings> = {}): FlowNode => action('zaptec-doctor', 'doctor', over);

export const sessions = (over: Over<SessionsSettings> = {}): FlowNode => action('zaptec-sessions', 'sessions', over);

/** Its second output goes to a sink called `loads`, which `flow` does not add. It has no connection unless given. */
export const loadGuard = (over: Over<LoadGuardNodeSettings> = {}): FlowNode =>
  action('zaptec-load-guard', 'guard', { connection: '', wires: [['out'], ['loads']], ...over });

/** Its second output goes to a sink called `reports`, which `flow` does not add. It has no connection unless given. */
export const surplus = (over: Over<SurplusNodeSettings> = {}): FlowNode =>
  action('zaptec-surplus', 'surplus', { connection: '', wires: [['out'], ['reports']], ...over });

/** A node of the test helper, on whose input a test waits. */
export const sink = (id = 'out', z = 'tab'): FlowNode => ({ id, z, type: 'helper', wires: [] });

/** A Catch node that sends to a sink called `caught`. */
export const catchAll = (over: object = {}): FlowNode[] => [
  node('catch', 'catch', { z: 'tab', scope: null, uncaught: false, wires: [['caught']], ...over }),
  sink('caught'),
];

/** A Status node that sends to a sink called `statuses`. */
export const statusOf = (scope: string[]): FlowNode[] => [
  node('status', 'status', { z: 'tab', scope, wires: [['statuses']] }),
  sink('statuses'),
];

/** A tab with the given nodes and a sink. */
export const flow = (...nodes: (FlowNode | FlowNode[])[]): FlowNode[] => {
  const all = [tab(), ...nodes.flat()];
  return (all.some(({ id }) => id === 'out') ? all : [...all, sink()]).map(placed);
};

/** Node-RED takes a node without a place on the canvas for a configuration node. */
export const placed = (one: FlowNode): FlowNode => ('z' in one ? { x: 0, y: 0, ...one } : one);
