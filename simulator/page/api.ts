import type { Live } from '../rest/control/live-types';

/** Longer than any answer takes. */
const TIMEOUT_MS = 10_000;

/** The simulator refused a request; the message is its sentence. */
export class Refused extends Error {}

/** The simulator did not answer. */
export class NoAnswer extends Error {}

/** Addresses are relative, so that the page also works below another path. */
async function request(path: string, init: RequestInit = {}): Promise<unknown> {
  const answer = await fetchWithTimeout(path, init);
  if (answer.ok) return answer.json();
  throw new Refused(await errorText(answer));
}

async function fetchWithTimeout(path: string, init: RequestInit): Promise<Response> {
  try {
    return await fetch(path, { ...init, signal: AbortSignal.timeout(TIMEOUT_MS), cache: 'no-store' });
  } catch {
    throw new NoAnswer('The simulator does not answer.');
  }
}

/** A server in front of the simulator may answer in another form. */
async function errorText(answer: Response): Promise<string> {
  const text = await answer.text();
  try {
    const { error } = JSON.parse(text) as { error?: unknown };
    if (typeof error === 'string') return error;
  } catch {
    // Not JSON.
  }
  if (answer.status === 401) return 'You are not logged in any more; open this page from the editor again.';
  return `The simulator answered ${answer.status}.`;
}

export const getLive = async (query: URLSearchParams): Promise<Live> =>
  (await request(`live?${query.toString()}`)) as Live;

export interface Evidence {
  id: number;
  at: number;
  method: string;
  path: string;
  query: string;
  status: number;
}

interface Report {
  client: string;
  verdicts: { rule: string; evidence: Evidence[] }[];
}

/** The requests which prove that a client broke a rule. */
export async function getEvidence(client: string, rule: string): Promise<Evidence[]> {
  const reports = (await request('audit')) as Report[];
  const report = reports.find((candidate) => candidate.client === client);
  return report?.verdicts.find((verdict) => verdict.rule === rule)?.evidence ?? [];
}

export async function send(method: 'POST' | 'PUT', path: string, body: object = {}): Promise<void> {
  await request(path, { method, headers: { 'Content-Type': 'application/json' }, body: JSON.stringify(body) });
}
