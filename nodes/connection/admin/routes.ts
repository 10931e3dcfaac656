import type { NodeAPI } from 'node-red';
import { adminMount, adminRoute, type Permission } from '../../shared/admin-routes';
import type { DeployedConnections } from '../deployed-connections';
import type { answersOf } from './answers';
import { QUESTIONS, type Question } from './questions';

/** Registers what the editor may ask, and the page of the simulator. What answers is loaded by the first request. */
export function registerRoutes(RED: NodeAPI, connections: DeployedConnections): void {
  const page = once(
    () => new (require('./page/simulator-page') as typeof import('./page/simulator-page')).SimulatorPage(),
  );
  const answers = once(() =>
    (require('./answers') as { answersOf: typeof answersOf }).answersOf(RED, connections, page),
  );
  for (const [path, permission] of Object.entries(QUESTIONS) as [Question, Permission][]) {
    adminRoute(RED, { path, permission, answer: (body) => answers()[path](body) });
  }
  adminMount(
    RED,
    'zaptec/simulator',
    (request, response) => page().answer(request, response),
    (request) => page().knows(request),
  );
}

/** What was made first; a failure is not kept. */
function once<T>(make: () => T): () => T {
  let made: T | undefined;
  return () => (made ??= make());
}
