import type { Node, NodeAPI, NodeDef } from 'node-red';
import {
  type CheckResult,
  clock,
  diagnoseUnopened,
  type DiagnoseOptions,
  SEVERITIES,
  type Severity,
} from '../../src/client';
import { answerMessages } from '../shared/action-node';
import type { ConnectionNode } from '../shared/connection-api';
import { asError } from '../shared/errors';
import { CLOSED } from '../shared/guard';
import { isTrue } from '../shared/message';
import type { Words } from '../shared/language/catalogues';
import { wordsFor } from '../shared/language/of-flows';
import { nodeLife } from '../shared/node-life';
import { deliver } from '../shared/output';
import { DOCTOR, type DoctorSettings } from '../shared/properties';
import type { CreateNode } from '../shared/register-node';
import { remedyInNodeRed } from '../shared/remedies';
import { runtimeFacts } from '../shared/runtime-facts';
import { blankNumbers, readSettings } from '../shared/settings';
import type { StatusDescription } from '../shared/status';

/** A message in, the state of the account out: a list of checks, in the same order each time. */
function doctorNode(RED: NodeAPI, node: Node, settings: DoctorSettings & NodeDef): void {
  const life = nodeLife(RED, node, settings.connection);
  const { closing, words } = life;
  answerMessages(node, life, async (connection, message, send) => {
    const results = await examine(connection, {
      signal: closing,
      lane: 'message',
      refresh: isTrue(message['refresh']),
      userGroup: connection.push.userGroup,
      silenceMinutes: settings.silence,
      runtime: runtimeFacts(RED, connection),
    });
    if (closing.aborted) return CLOSED;
    const inWords = results.map((result) => worded(result, words));
    const payload =
      settings.show === 'all' ? inWords : inWords.filter((result) => isFinding(result, settings.severity));
    const outcome = { payload, facts: { time: clock.iso() }, topic: 'zaptec/doctor', status: statusOf(results) };
    deliver(RED, message, outcome, { account: connection.label, each: false, send });
    return outcome.status;
  });
}

/** An account that cannot be opened is a finding, and no error of this node. */
async function examine(connection: ConnectionNode, options: DiagnoseOptions): Promise<CheckResult[]> {
  let client;
  try {
    client = await connection.ready();
  } catch (thrown) {
    const error = asError(thrown);
    if (error.code === 'ABORTED') throw error;
    return diagnoseUnopened(error, options);
  }
  return client.diagnose(options);
}

function isFinding({ ok, severity }: CheckResult, least: Severity): boolean {
  return !ok && SEVERITIES.indexOf(severity) <= SEVERITIES.indexOf(least);
}

/** Its code, its names and its numbers stay. */
function worded({ about, ...result }: CheckResult, words: Words): CheckResult {
  const { found, remedy, code = '' } = result;
  const things = about?.map((thing) =>
    thing.detail === undefined ? thing : { ...thing, detail: words(thing.detail) },
  );
  return {
    ...result,
    found: words(found),
    remedy: words(remedyInNodeRed(code, remedy)),
    ...(things ? { about: things } : {}),
  };
}

/** Remarks do not count. */
function statusOf(results: readonly CheckResult[]): StatusDescription {
  const findings = results.filter((result) => isFinding(result, 'warning'));
  if (findings.length === 0) return { fill: 'green', shape: 'dot', key: 'healthy' };
  const fill = findings.some(({ severity }) => severity === 'error') ? 'red' : 'yellow';
  return { fill, shape: 'dot', key: 'findings', parameters: { n: findings.length } };
}

export const create: CreateNode = (RED, node, def) => {
  for (const warning of blankNumbers(DOCTOR, def)) node.warn(wordsFor(RED, def)(warning));
  doctorNode(RED, node, readSettings(DOCTOR, def));
};
