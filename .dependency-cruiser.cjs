/** Floors of src, top to bottom: each may import only floors below it. */
const FLOORS = [
  'diagnostics',
  'commands',
  'current',
  'phases',
  'billing',
  'energy',
  'feed',
  'sessions',
  'state',
  'api',
  'http',
  'cluster',
  'zaptec',
  'errors',
  'time',
];

const climbs = FLOORS.slice(1).map((floor, index) => ({
  name: `floor-${floor}`,
  comment: `src/${floor} imports only floors below it: ${FLOORS.slice(index + 2).join(', ') || 'none'}`,
  severity: 'error',
  from: { path: `^src/${floor}/` },
  to: { path: `^src/(${FLOORS.slice(0, index + 1).join('|')})/` },
}));

const NODE_RED = 'node_modules/(@types/)?(@node-red/|node-red)';
const TOOLS = '^(bench|test|scripts)/';

/** @type {import('dependency-cruiser').IConfiguration} */
module.exports = {
  forbidden: [
    {
      name: 'no-circular',
      comment: 'No file imports itself by any way round, types counted.',
      severity: 'error',
      from: {},
      to: { circular: true },
    },
    ...climbs,
    {
      name: 'composition-root',
      comment: 'Only client.ts and account.ts know all floors; no floor imports them.',
      severity: 'error',
      from: { path: `^src/(${FLOORS.join('|')})/` },
      to: { path: '^src/[^/]+\\.ts$' },
    },
    {
      name: 'src-is-the-client',
      comment: 'src is the client: no Node-RED, no nodes, no simulator.',
      severity: 'error',
      from: { path: '^src/' },
      to: { path: ['^(nodes|simulator)/', TOOLS, NODE_RED] },
    },
    {
      name: 'one-door',
      comment: 'Nodes import src/client.ts and nothing else of src, and no tools.',
      severity: 'error',
      from: { path: '^nodes/' },
      to: { path: ['^src/', TOOLS], pathNot: '^src/client\\.ts$' },
    },
    {
      name: 'simulator-apart',
      comment: 'The simulator is written independently of the client, and knows no Node-RED.',
      severity: 'error',
      from: { path: '^simulator/' },
      to: { path: ['^(src|nodes)/', TOOLS, NODE_RED] },
    },
    {
      name: 'only-the-connection-starts-the-simulator',
      comment: 'Only the connection node may load the simulator.',
      severity: 'error',
      from: { path: '^nodes/', pathNot: '^nodes/connection/' },
      to: { path: '^simulator/' },
    },
    {
      name: 'nodes-share-nothing-but-shared',
      comment: 'A node imports its own folder and nodes/shared.',
      severity: 'error',
      from: { path: '^nodes/([^/]+)/' },
      to: { path: '^nodes/', pathNot: ['^nodes/$1/', '^nodes/shared/'] },
    },
    {
      name: 'dialogs-run-in-the-browser',
      comment:
        'A dialog shares properties, migrations, scenarios, languages, the form of variables and the shape of the overview with the runtime, and imports nothing else.',
      severity: 'error',
      from: { path: '^nodes/([^/]+/editor\\.ts|shared/editor/)' },
      to: {
        pathNot:
          '^nodes/shared/(editor/|(properties|migrations|overview|scenarios|variables|language/languages)\\.ts$)',
      },
    },
    {
      name: 'page-runs-in-the-browser',
      comment:
        'The page of the simulator shares the types of the live answers with the server, and imports no other code.',
      severity: 'error',
      from: { path: '^simulator/page/[^/]+\\.ts$' },
      to: {
        pathNot: ['^simulator/page/', '^simulator/rest/control/live-types\\.ts$', 'node_modules/uplot/'],
      },
    },
  ],
  options: {
    tsPreCompilationDeps: true,
    tsConfig: { fileName: 'tsconfig.json' },
    doNotFollow: { path: 'node_modules' },
    exclude: { path: '^dist/' },
  },
};
