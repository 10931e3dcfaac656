/**
 * npm start: a real Node-RED with this package, the built-in simulator and a demonstration flow.
 *
 *   npm start                        opens on http://127.0.0.1:1880
 *   npm start -- --port 1890 --host 0.0.0.0
 *   npm start -- --keep DIR          keeps the flows in a folder
 *   npm start -- --dashboard         adds a page with the car, the sun, the plan of today and buttons
 *   npm start -- --check             runs it headless on free ports and prints the results as one line of JSON
 */
import { parseArgs } from 'node:util';
import { check } from './demo/check.mjs';
import { DemoError } from './demo/demo-error.mjs';
import { demonstration } from './demo/flows.mjs';
import { startDemo } from './demo/node-red.mjs';

const HELP = `npm start -- [--port 1880] [--host 127.0.0.1] [--keep DIR] [--dashboard] [--check] [--help]

Starts Node-RED with the Zaptec nodes and a demonstration on the built-in simulator.

  --port   port of the editor (1880)
  --host   address to listen on (127.0.0.1); with 0.0.0.0 other machines can reach the editor, which has no login
  --keep   keeps the flows in this folder, and starts with them the next time; without it they are gone after Ctrl+C
  --dashboard
           installs the FlowFuse dashboard into the folder of this start, and adds a page with the car, the sun, the
           plan of today and buttons; this needs the npm registry
  --check  runs the self-test headless on free ports and prints its results as one line of JSON`;

const NO_PAGE = 'these flows have no page; a new folder for --keep gets one';

/** An address for each, and the name of its connection where there are several. */
const simulators = (all) =>
  all.map(({ page, name }) => (all.length > 1 ? `${page}   ${name}` : page)).join('\n' + ' '.repeat(20)) ||
  'not used by these flows';

async function main() {
  const { values } = parseArgs({
    options: {
      port: { type: 'string', default: '1880' },
      host: { type: 'string', default: '127.0.0.1' },
      keep: { type: 'string' },
      dashboard: { type: 'boolean', default: false },
      check: { type: 'boolean', default: false },
      help: { type: 'boolean', default: false },
    },
  });
  if (values.help) return console.log(HELP);
  const port = Number(values.port);
  if (!Number.isInteger(port) || port < 0 || port > 65535) {
    throw new DemoError(`--port ${values.port} is not a port; use a number from 1 to 65535, or 0 for a free port`);
  }
  if (values.check) return check();

  if (values.keep === '') throw new DemoError('--keep needs a folder: npm start -- --keep my-flows');

  const { keep, dashboard } = values;
  if (dashboard) console.log('Installing the dashboard, if it is not there yet …');
  const flows = await demonstration({ dashboard });
  const demo = await startDemo({ port, host: values.host, show: true, keep, flows, dashboard });
  console.log(`
  Node-RED editor   ${demo.url}
  Simulator         ${simulators(demo.simulators)}${dashboard ? `\n  Dashboard         ${demo.dashboard ?? NO_PAGE}` : ''}

  Open the editor and look at the values under the nodes. Press the buttons of the flow to pause and resume the car.
  ${keep === undefined ? 'What you build is gone after Ctrl+C: npm start -- --keep my-flows keeps it.' : `What you deploy stays in ${keep}.`}
  Stop with Ctrl+C.
`);
  for (const signal of ['SIGINT', 'SIGTERM']) process.once(signal, () => demo.stop());
  process.exitCode = await demo.ended;
}

main().catch((error) => {
  console.error(error instanceof DemoError ? error.message : error);
  process.exitCode = 1;
});
