import { coreNode, get, helper, load } from '../../test/support/node-red/harness';
import type { VirtualClock } from '../../test/support/virtual-clock';
import type { ExampleFlow } from './example-flow';

const CORE = ['function/10-function', 'function/15-change', 'common/20-inject', 'common/90-comment'];

/** The payload of a message that a watched node got. */
export interface Arrival {
  at: number;
  by: string;
  payload: unknown;
}

/** A Node-RED with a flow. Its time passes only when it is asked to. */
export interface Runtime {
  receive(id: string, payload: unknown): void;
  /** @returns what watched nodes got meanwhile */
  pass(ms: number): Promise<Arrival[]>;
  stop(): Promise<void>;
}

export type RunnableFlow = Pick<ExampleFlow, 'nodes' | 'credentials'> & { watched: string[] };

/**
 * In this process. The clock does not advance while code is loaded from the disk.
 * @param more initializers beside those of the package and of Node-RED's own nodes
 */
export async function startHere(flow: RunnableFlow, clock: VirtualClock, more: unknown[] = []): Promise<Runtime> {
  await load(flow.nodes, flow.credentials, [...more, ...CORE.map(coreNode)]);
  for (const { id } of flow.nodes) removeSpies(id);
  // The log has a spy too, and Node-RED writes every message to it for its metrics.
  helper.log().restore();
  let arrivals: Arrival[] = [];
  for (const by of flow.watched) {
    get(`to-${by}`).on('input', ({ payload }) => arrivals.push({ at: Date.now(), by, payload }));
  }
  await clock.network();
  return {
    receive: (id, payload) => get(id).receive({ payload }),
    async pass(ms) {
      await clock.leap(ms);
      const passed = arrivals;
      arrivals = [];
      return passed;
    },
    async stop() {
      await helper.unload();
    },
  };
}

/** Removes the spies of the test helper: the recorded calls of a day take hundreds of megabytes. */
function removeSpies(id: string): void {
  const node = helper.getNode(id) as unknown as Record<string, { wrappedMethod?: unknown } | undefined> | null;
  for (const name in node) {
    const wrapped = node[name]?.wrappedMethod;
    if (wrapped) node[name] = wrapped;
  }
}
