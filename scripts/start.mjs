/**
 * npm start: a real Node-RED with this package, the built-in simulator and a demonstration flow.
 *
 *   npm start                        opens on http://127.0.0.1:1880
 *   npm start -- --port 1890 --host 0.0.0.0
 *   npm start -- --keep DIR          keeps the flows in a folder
 *   npm start -- --check             runs it headless on free ports and prints the results as one line of JSON
 */
import { parseArgs } from 'node:util';
import { check } from './demo/check.mjs';
import { DemoError, startDemo } from './demo/node-red.mjs';

const HELP = `npm start -- [--port 1880] [--host 127.0.0.1] [--keep DIR] [--check] [--help]

Starts Node-RED with the Zaptec nodes and a demonstration on the built-in simulator.

  --port   port of the editor (1880)
  --host   address to listen on (127.0.0.1); with 0.0.0.0 other machines can reach the editor, which has no login
  --keep   keeps the flows in this folder, and starts with them the next time; without it they are gone after Ctrl+C
  --check  runs the demonstration headless on free ports and prints its results as one line of JSON`;

async function main() {
  const { values } = parseArgs({
    options: {
      port: { type: 'string', default: '1880' },
      host: { type: 'string', default: '127.0.0.1' },
      keep: { type: 'string' },
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

  const { keep } = values;
  const demo = await startDemo({ port, host: values.host, show: true, keep });
  console.log(`
  Node-RED editor   ${demo.url}
  Simulator         ${demo.simulator?.page ?? 'not used by these flows'}

  Open the editor and look at the values under the nodes. Press the buttons of the flow to pause and resume a charger.
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
