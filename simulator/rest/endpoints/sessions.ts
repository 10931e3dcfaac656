import type { FinishedSession, Session, WorldModel } from '../../world/model';
import type { RegisterEndpoints } from '../context';
import { emptyResponse } from '../responses';
import { unknownObject } from '../wire/errors';
import { signatureOf, wireEnergy } from '../wire/energy';
import { utcTime, wireTime } from '../wire/times';
import { Body } from './body';
import { route, type Call } from './route';

/** docs/zaptec-api.md, "Session and priority". */
export const sessionEndpoints: RegisterEndpoints = (app, context) => {
  route(app, context, 'GET', '/api/session/:id', one);
  route(app, context, 'POST', '/api/session/:id/priority', prioritise);
};

/** guess: PascalCase, and every role may read it. */
function one(call: Call): Response {
  const id = call.id();
  const finished = call.world.archive.find(id);
  const session = finished ?? running(call.world, id);
  if (!session) throw unknownObject('Session');
  const body = { ...wire(session), ...(finished ? end(call.world, finished) : {}) };
  if (!call.hits('session-camel-case')) return call.json(body, 'history');
  return call.json(finished ? camelCase(session, end(call.world, finished)) : camelCase(session), 'history');
}

/** The other form of a session: camelCase, with `Z` and with nulls. */
function camelCase({ id, startedAt, energyKwh }: Session, finished?: ReturnType<typeof end>) {
  return {
    sessionId: id,
    sessionStart: utcTime(startedAt),
    sessionEnd: finished ? `${finished.SessionEnd}Z` : null,
    energy: wireEnergy(energyKwh),
    signedSession: finished?.SignedSession ?? null,
  };
}

const wire = ({ id, startedAt, energyKwh }: Session) => ({
  SessionId: id,
  SessionStart: wireTime(startedAt),
  Energy: wireEnergy(energyKwh),
});

/** The fields that only a finished session has. */
const end = (world: WorldModel, session: FinishedSession) => ({
  SessionEnd: wireTime(session.endedAt),
  SignedSession: signatureOf(session, world.chargers.get(session.chargerId)),
});

const running = (world: WorldModel, id: string): Session | undefined =>
  [...world.chargers.values()].find(({ session }) => session?.id === id)?.session;

/** Only a running session can be prioritised. guess: a finished one is unknown here. */
async function prioritise(call: Call): Promise<Response> {
  const id = call.id();
  call.requireControl();
  const body = await Body.read(call.c);
  const phases = body.oneOf('prioritizedPhases', [1, 3] as const);
  const current = body.number('prioritizedCurrent', { min: 0, max: 32 });
  // guess: each is optional, but one is needed.
  if (phases === undefined && current === undefined) body.require('prioritizedPhases', 'prioritizedCurrent');
  body.check();
  const priority = { ...(phases === undefined ? {} : { phases }), ...(current === undefined ? {} : { current }) };
  if (!call.world.prioritise(id, priority)) throw unknownObject('Session');
  return emptyResponse(200);
}
