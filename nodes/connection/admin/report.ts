import type { NodeAPI } from 'node-red';
import { Anonymizer, clock, redact, userAgent, type ZaptecClient } from '../../../src/client';
import { remedyInNodeRed } from '../../shared/remedies';
import { runtimeFacts } from '../../shared/runtime-facts';
import type { Deployed } from '../deployed-connections';

/** A report to paste into an issue tracker, as Markdown. */
interface Report {
  text: string;
}

/**
 * What somebody who helps needs to know of a connection, without anything that says whose it is: no names, e-mails,
 * serials, addresses or secrets, and numbers in the place of ids. Sends no request.
 */
export async function report(RED: NodeAPI, node: Deployed): Promise<Report> {
  const { client } = node;
  const hidden = new Anonymizer(namesIn(node));
  const sections = [
    section('Versions', table(['what', 'version'], await versions(RED))),
    section('Settings', table(['setting', 'value'], Object.entries(node.publicSettings).map(textsOf))),
    section('Nodes', table(['type', 'count'], nodeTypes(node))),
    section('State', table(['what', 'value'], stateOf(node))),
    ...(client ? await ofClient(RED, node, client, hidden) : []),
    section('Recent errors', table(['code', 'times', 'last', 'node', 'error'], recentErrors(node, hidden))),
  ];
  const text = ['# Report of a Zaptec connection', ...sections].join('\n\n');
  const { username, password, redisUrl } = node.credentials;
  // Nothing of these should be there; a name of an account may be a word that the report itself needs.
  const secrets = [username, password, redisUrl].filter((secret): secret is string => typeof secret === 'string');
  return { text: `${redact(text, secrets)}\n` };
}

async function ofClient(RED: NodeAPI, node: Deployed, client: ZaptecClient, hidden: Anonymizer): Promise<string[]> {
  const runtime = { ...runtimeFacts(RED, node), nameOf: (label: string) => typeOf(RED, label) };
  const checks = await client.diagnose({ quiet: true, runtime });
  return [
    section(
      'Checks of what is known',
      table(
        ['check', 'ok', 'severity', 'code', 'found'],
        checks.map(({ check, ok, severity, code = '', found }) => [check, ok, severity, code, hidden.text(found)]),
      ),
    ),
    section(
      'Feeds',
      table(
        ['installation', 'state', 'code', 'via', 'by', 'reconnects', 'received', 'last message'],
        feeds(client, hidden),
      ),
    ),
    section(
      'Latest requests that did not succeed',
      table(
        ['when', 'request', 'outcome', 'by'],
        client.failedRequests.map(({ at, method, label, outcome, by }) => [
          ago(clock.steady() - at),
          `${method} ${hidden.text(label)}`,
          outcome,
          typeOf(RED, by) ?? hidden.text(by),
        ]),
      ),
    ),
  ];
}

async function versions(RED: NodeAPI): Promise<Cell[][]> {
  return [
    ['package', userAgent().split(' ')[0] ?? ''],
    ['Node-RED', await versionOf(RED)],
    ['Node.js', process.version],
    ['system', `${process.platform} ${process.arch}`],
  ];
}

/** Programs that embed Node-RED may lack the function. */
async function versionOf(RED: Partial<Pick<NodeAPI, 'version'>>): Promise<string> {
  return (await RED.version?.()) ?? 'unknown';
}

function stateOf({ condition, client }: Deployed): Cell[][] {
  const { permits, used, waiting, pausedUntil } = client?.budget ?? {};
  return [
    ['connection', condition.status?.key ?? condition.state],
    ['requests a second', client ? `${used} of ${permits}, ${waiting} waiting` : 'not used yet'],
    ['paused after a 429', pausedUntil !== undefined],
    ['list of chargers', client?.known.chargers ? ago(client.known.chargers.ageMs) : 'not read yet'],
    ['clock ahead of Zaptec, s', client?.clockSkewMs === undefined ? 'unknown' : -client.clockSkewMs / 1000],
    ['limit shared through Redis', client?.sharing?.shared ?? 'no'],
  ];
}

function feeds(client: ZaptecClient, hidden: Anonymizer): Cell[][] {
  return client.feeds.map(({ installationId, status, source }) => {
    const { state, code = '', via, reconnects, received, lastMessageAt, suspicion = '' } = status;
    const last = lastMessageAt === undefined ? 'none' : lastMessageAt;
    return [
      hidden.id(installationId),
      `${state} ${suspicion}`,
      code,
      via,
      source?.kind ?? '',
      reconnects,
      received,
      last,
    ];
  });
}

function recentErrors({ recentErrors: errors, users }: Deployed, hidden: Anonymizer): Cell[][] {
  return errors.map(({ code, count, at, node, message, remedy }) => [
    code,
    count,
    new Date(at).toISOString(),
    node === undefined ? 'connection' : (users[node]?.type ?? 'node'),
    hidden.text(`${message}. Remedy: ${remedyInNodeRed(code, remedy)}`),
  ]);
}

function nodeTypes({ users }: Deployed): Cell[][] {
  const counts = new Map<string, number>();
  for (const { type } of Object.values(users)) counts.set(type, (counts.get(type) ?? 0) + 1);
  return [...counts].sort();
}

/** Requests are attributed to nodes by their ids, and in a report by their types. */
function typeOf(RED: NodeAPI, label: string): string | undefined {
  return (RED.nodes.getNode(label) as { type?: string } | null)?.type;
}

function namesIn({ name, users, client, credentials }: Deployed): (string | undefined)[] {
  const things = [...(client?.known.installations?.data ?? []), ...(client?.known.chargers?.data ?? [])];
  const known = client ? [...client.store.ids].map((id) => client.store.charger(id)) : [];
  const texts = [...things, ...known].flatMap((thing) => [thing?.name, thing?.['deviceId' as 'name']]);
  const places = things.flatMap(({ address, city }) => [address, city]);
  const given = [name, credentials.username, ...texts, ...places, ...Object.values(users).map((user) => user.name)];
  return given.filter((text): text is string => typeof text === 'string');
}

type Cell = string | number | boolean;

function textsOf([name, value]: [string, unknown]): Cell[] {
  return [name, typeof value === 'number' || typeof value === 'boolean' ? value : String(value)];
}

function section(title: string, content: string): string {
  return `## ${title}\n\n${content}`;
}

function table(head: readonly string[], rows: readonly (readonly Cell[])[]): string {
  if (rows.length === 0) return 'None.';
  const line = (cells: readonly Cell[]) => `| ${cells.map((cell) => escaped(String(cell))).join(' | ')} |`;
  return [line(head), line(head.map(() => '---')), ...rows.map(line)].join('\n');
}

function escaped(text: string): string {
  return text.trim().replaceAll('|', '\\|').replace(/\s+/g, ' ');
}

function ago(ms: number): string {
  return `${Math.round(ms / 1000)} s ago`;
}
