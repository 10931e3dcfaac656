import type { Facts } from './facts';
import { counted, finding, fine, namedWithDetails, subject, type Judgement, type Subject } from './result';
import { phrase } from '../errors/phrase';

const WRITABLE =
  'Make room and make the directory writable, and remove what lies in the place of the file; until then the first raise after a restart waits 15 minutes';

/** The record of the last write must outlive a restart. */
export function judgeRecords({ keepsRecords, storageProblem, governors }: Facts): Judgement {
  const lost = governors.filter(({ recordProblem }) => recordProblem !== undefined);
  const problem = lost[0]?.recordProblem ?? storageProblem;
  if (problem === undefined) {
    return fine(
      keepsRecords ? 'The record of the last write outlives a restart' : 'No directory is given: nothing is kept',
    );
  }
  const about = lost.map(({ id, kind }): Subject => ({ id, detail: phrase`the record of this ${kind} is not kept` }));
  const [reason = problem] = problem.split('. Remedy: ');
  return finding('error', reason, WRITABLE, { code: 'NO_RECORD', about });
}

export function judgeContext({ runtime: { keepsContext } }: Facts): Judgement {
  if (keepsContext === undefined) return fine('Nothing needs a context store that outlives a restart');
  if (keepsContext) return fine('Last values and sessions outlive a restart');
  return finding(
    'warning',
    'The context store is in memory alone: last values, and which sessions were sent, are forgotten at a restart',
    'Add a context store of the kind localfilesystem to the settings of Node-RED (contextStorage)',
    { code: 'NO_CONTEXT' },
  );
}

/** Somebody else sets the current that a flow sets. */
export function judgeForeign({ governors, installations, chargers }: Facts): Judgement {
  const changed = governors.filter(({ foreignChanges }) => foreignChanges.length > 0);
  if (changed.length === 0) return fine('Nobody else has changed the current that flows set');
  const things = [...(installations.data ?? []), ...(chargers.data ?? [])];
  const about = changed.map(({ id, foreignChanges }) => {
    const name = things.find((thing) => thing.id === id)?.name;
    const last = foreignChanges.at(-1)?.at ?? '';
    const detail = phrase`${counted(foreignChanges.length, 'change')}, the last one ${last}`;
    return subject({ id, name }, detail);
  });
  return finding(
    'warning',
    phrase`Somebody else changes the current: ${namedWithDetails(about)}`,
    'Find the other program or person (portal, app, another machine, load balancing), and let only one of you set the current',
    { code: 'FOREIGN_CHANGE', about },
  );
}
