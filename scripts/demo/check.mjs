import { DemoError, startDemo } from './node-red.mjs';

const TAB = 'zaptec-demo-tab';
/** What the demonstration flow remembers, in the context of its tab. */
const REMEMBERED = ['installations', 'chargers', 'states', 'paused', 'resumed'];
const PATIENCE_MS = 120_000;
const LOOK_EVERY_MS = 500;

/** Runs the demonstration headless and prints what it produced: one line of JSON on stdout, all else on stderr. */
export async function check() {
  const demo = await startDemo({ port: 0, host: '127.0.0.1', show: false });
  try {
    const results = await wait(demo.url);
    const { baseUrl } = await demo.simulator;
    const requests = await requestsOf(baseUrl);
    const status429 = requests.filter(({ status }) => status === 429).length;
    const { installations, chargers, states, paused, resumed } = results;
    console.log(
      JSON.stringify({ installations, chargers, states, requests: requests.length, status429, paused, resumed }),
    );
    const wrong = [...complaints({ ...results, status429 }), ...(await brokenRules(baseUrl))];
    if (wrong.length > 0) throw new DemoError(`The demonstration did not do its job: ${wrong.join('; ')}`);
  } finally {
    await demo.stop();
  }
}

async function wait(url) {
  const until = Date.now() + PATIENCE_MS;
  for (;;) {
    const known = await remembered(url);
    const missing = REMEMBERED.filter((key) => known[key] === undefined);
    if (missing.length === 0) return known;
    if (Date.now() > until) {
      throw new DemoError(`After ${PATIENCE_MS / 1000} s the flow has not produced: ${missing.join(', ')}`);
    }
    await new Promise((resolve) => setTimeout(resolve, LOOK_EVERY_MS));
  }
}

/** The editor's own way to look at a context: values come as text with their kind. */
async function remembered(url) {
  const answer = await fetch(`${url}/context/flow/${TAB}`, { headers: { Accept: 'application/json' } });
  if (!answer.ok) return {};
  const { memory = {} } = await answer.json();
  return Object.fromEntries(Object.entries(memory).map(([key, { msg }]) => [key, JSON.parse(msg)]));
}

/** What the audit of the simulator has against the demonstration. */
async function brokenRules(baseUrl) {
  const answer = await fetch(`${baseUrl}/simulator/audit`);
  const clients = await answer.json();
  return clients.flatMap(({ verdicts }) =>
    verdicts.filter(({ ok }) => !ok).map(({ rule, text }) => `${rule}: ${text}`),
  );
}

async function requestsOf(baseUrl) {
  const answer = await fetch(`${baseUrl}/simulator/requests?last=100000`);
  if (!answer.ok) throw new DemoError(`The simulator did not tell its requests: ${answer.status}`);
  return answer.json();
}

function complaints({ installations, chargers, states, paused, resumed, status429 }) {
  return [
    installations >= 1 || 'no installation was listed',
    chargers === 130 || `${chargers} chargers were listed instead of 130`,
    states >= 120 || `the state of only ${states} chargers was read`,
    paused === true || 'the charger was not paused',
    resumed === true || 'the charger did not charge again',
    status429 === 0 || `${status429} requests were refused with 429`,
  ].filter((complaint) => complaint !== true);
}
