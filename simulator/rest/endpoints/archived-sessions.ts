import type { EndOfSession, FinishedSession } from '../../world/model';
import type { RegisterEndpoints } from '../context';
import { forbidden, invalid } from '../wire/errors';
import { wireArchived } from '../wire/history';
import { route, type Call } from './route';

/** guess: the default size. */
const DEFAULT_SIZE = 50;
const MAX_SIZE = 200;

/** docs/zaptec-api.md, "Archived sessions". */
export const archivedEndpoints: RegisterEndpoints = (app, context) => {
  route(app, context, 'GET', '/api/sessions/archived', list);
};

/** The oldest end comes first. The last page has no cursor. */
function list(call: Call): Response {
  call.requireOwner();
  if (call.hits('archive-403')) throw forbidden();
  const size = pageSize(call);
  const rest = wanted(call, size + 1);
  const page = rest.slice(0, size);
  const last = page.at(-1);
  const hasMore = rest.length > size;
  const sessions = page.map((session) => wireArchived(session, call.world.chargers.get(session.chargerId)));
  return call.json({ sessions, cursor: last && hasMore ? encode(last) : null, hasMore }, 'archived');
}

/** From is inclusive, To is exclusive; both filter by the real end. */
function wanted(call: Call, most: number): FinishedSession[] {
  const { world, query } = call;
  const installationId = query.id('InstallationId');
  const chargerId = query.id('ChargerId');
  const from = query.time('From');
  const to = query.time('To');
  if ((installationId === undefined) === (chargerId === undefined)) {
    throw invalid({ InstallationId: ['Exactly one of InstallationId and ChargerId is required.'] });
  }
  if (from === undefined) throw invalid({ From: ['The From field is required.'] });
  if (to === undefined) throw invalid({ To: ['The To field is required.'] });
  return world.archive.ended({ installationId, chargerId, from, to, after: cursorOf(call) }, most);
}

function pageSize({ query }: Call): number {
  const size = query.int('PageSize', 1) ?? DEFAULT_SIZE;
  if (size <= MAX_SIZE) return size;
  throw invalid({ PageSize: [`The field PageSize must be between 1 and ${MAX_SIZE}.`] });
}

const encode = ({ endedAt, id }: EndOfSession): string => Buffer.from(`${endedAt}/${id}`).toString('base64url');

function cursorOf({ query }: Call): EndOfSession | undefined {
  const text = query.text('Cursor');
  if (text === undefined) return undefined;
  const [, endedAt, id] = /^(\d+(?:\.\d+)?)\/([0-9a-f-]{36})$/.exec(Buffer.from(text, 'base64url').toString()) ?? [];
  if (endedAt === undefined || id === undefined) throw invalid({ Cursor: ['The cursor is not valid.'] });
  return { endedAt: Number(endedAt), id };
}
