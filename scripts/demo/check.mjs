import { DemoError } from './demo-error.mjs';
import { selfTest } from './flows.mjs';
import { startDemo } from './node-red.mjs';

const TAB = 'zaptec-demo-tab';
/** The results of the demonstration flow, in the context of its tab. */
const RESULTS = ['installations', 'chargers', 'states', 'paused', 'resumed'];
const TIMEOUT_MS = 120_000;
const CHECK_EVERY_MS = 500;

/** Runs the self-test headless. Prints its results as one line of JSON to stdout, and everything else to stderr. */
export async function check() {
  const demo = await startDemo({ port: 0, host: '127.0.0.1', show: false, flows: await selfTest() });
  try {
    const results = await resultsOf(demo.url);
    const [{ baseUrl }] = demo.simulators;
    const requests = await requestsOf(baseUrl);
    const status429 = requests.filter(({ status }) => status === 429).length;
    const { installations, chargers, states, paused, resumed } = results;
    console.log(
      JSON.stringify({ installations, chargers, states, requests: requests.length, status429, paused, resumed }),
    );
    const failures = [...failuresOf({ ...results, status429 }), ...(await brokenRules(baseUrl))];
    if (failures.length > 0) throw new DemoError(`The demonstration failed: ${failures.join('; ')}`);
  } finally {
    await demo.stop();
  }
}

async function resultsOf(url) {
  const until = Date.now() + TIMEOUT_MS;
  for (;;) {
    const results = await contextOf(url);
    const missing = RESULTS.filter((key) => results[key] === undefined);
    if (missing.length === 0) return results;
    if (Date.now() > until) {
      throw new DemoError(`After ${TIMEOUT_MS / 1000} s the flow has not produced: ${missing.join(', ')}`);
    }
    await new Promise((resolve) => setTimeout(resolve, CHECK_EVERY_MS));
  }
}

/** Reads the context as the editor does: Node-RED sends each value as JSON text. */
async function contextOf(url) {
  const answer = await fetch(`${url}/context/flow/${TAB}`, { headers: { Accept: 'application/json' } });
  if (!answer.ok) return {};
  const { memory = {} } = await answer.json();
  return Object.fromEntries(Object.entries(memory).map(([key, { msg }]) => [key, JSON.parse(msg)]));
}

/** The rules that the demonstration broke, as the audit of the simulator reports them. */
async function brokenRules(baseUrl) {
  const answer = await fetch(`${baseUrl}/simulator/audit`);
  const clients = await answer.json();
  return clients.flatMap(({ verdicts }) =>
    verdicts.filter(({ ok }) => !ok).map(({ rule, text }) => `${rule}: ${text}`),
  );
}

async function requestsOf(baseUrl) {
  const answer = await fetch(`${baseUrl}/simulator/requests?last=100000`);
  if (!answer.ok) throw new DemoError(`The simulator did not return its requests: status ${answer.status}`);
  return answer.json();
}

function failuresOf({ installations, chargers, states, paused, resumed, status429 }) {
  return [
    installations >= 1 || 'no installation was listed',
    chargers === 130 || `${chargers} chargers were listed instead of 130`,
    states >= 120 || `the state of only ${states} chargers was read`,
    paused === true || 'the charger was not paused',
    resumed === true || 'the charger did not charge again',
    status429 === 0 || `${status429} requests were refused with 429`,
  ].filter((check) => check !== true);
}
