import { CHARGER, CONNECTION, REQUEST, SURPLUS, UPDATE_CURRENT, type Properties } from '../properties';
import { editorLanguage } from './language-field';
import type { NewNode } from './red';
import { word } from './words';

const defaultsOf = (properties: Properties): Record<string, unknown> =>
  Object.fromEntries(Object.entries(properties).map(([name, { value }]) => [name, value]));

/** Where a node lands that nobody has dragged, in px from the corner of the visible canvas. */
const PLACE = { x: 240, y: 120 } as const;
/** The height of a node with the space around it, px. */
const ROW = 60;

/** The first place from there on down where two rows have no nodes yet. */
const place = (): { x: number; y: number } => {
  const chart = $('#red-ui-workspace-chart');
  const scale = RED.view.scale();
  const taken = RED.nodes.filterNodes({ z: RED.workspaces.active() }).map(({ y }) => y);
  let y = Math.round(((chart.scrollTop() ?? 0) + PLACE.y) / scale);
  while (taken.some((other) => other > y - ROW && other < y + 2 * ROW)) y += ROW;
  return { x: Math.round(((chart.scrollLeft() ?? 0) + PLACE.x) / scale), y };
};

/** Where a node is: its tab or subflow, and px on the canvas. */
interface Place {
  z: string;
  x: number;
  y: number;
}

/** Sends a message a second after each deploy, and every `repeat` s from then on. */
const inject = (own: Place & { repeat: string; wires: string[][] }): NewNode => ({
  ...{ id: RED.nodes.id(), type: 'inject', name: '', props: [{ p: 'payload' }], payload: '', payloadType: 'date' },
  ...{ topic: '', once: true, onceDelay: 1, crontab: '' },
  ...own,
});

const debugNode = (own: Place & { id: string }): NewNode => ({
  ...{ type: 'debug', name: '', active: true, tosidebar: true, console: false, complete: 'payload', targetType: 'msg' },
  ...{ wires: [] },
  ...own,
});

/** A charger node that reads the state of one charger, ready to be put onto the canvas. */
export const nodeFor = (connection: string, charger: string): NewNode & Place => ({
  ...defaultsOf(CHARGER),
  ...{ id: RED.nodes.id(), type: 'zaptec-charger', z: RED.workspaces.active(), ...place(), wires: [[]] },
  ...{ connection, charger },
});

/** Puts nodes onto the canvas where they can be seen, selected. */
export const addNodes = (nodes: readonly NewNode[]): void => {
  RED.view.importNodes([...nodes], { generateIds: false, touchImport: true, notify: false });
  // Nodes that hang at the pointer are a change only when they are put down; these never hang there.
  RED.nodes.dirty(true);
};

/** Reads the state of a charger, or of all, at the press of a button and each minute, and shows it as a message. */
export const everyMinute = (connection: string, charger: string, name = ''): NewNode[] => {
  const read = nodeFor(connection, charger);
  const { z, x, y } = read;
  const debug = RED.nodes.id();
  return [
    inject({ z, x: x - 100, y, repeat: '60', wires: [[read.id]] }),
    { ...read, x: x + 120, name, wires: [[debug]] },
    debugNode({ id: debug, z, x: x + 340, y }),
  ];
};

/** The state of every charger of a new built-in simulator. */
export const simulatorFlow = (): NewNode[] => {
  const id = RED.nodes.id();
  const connection = {
    ...{ ...defaultsOf(CONNECTION), id, type: 'zaptec-connection', name: '' },
    ...{ cloud: 'simulator', language: editorLanguage() },
  };
  return [connection, ...everyMinute(id, 'all', word('start.chargers'))];
};

/**
 * Charges with the sun that the meter of a built-in simulator leaves over.
 * @param installations those of the account: of several, the first one is meant
 */
export const surplusFlow = (connection: string, installations: readonly { id: string }[]): NewNode[] => {
  const installation = installations.length > 1 ? (installations[0]?.id ?? '') : '';
  const z = RED.workspaces.active();
  const { x, y } = place();
  const [meter, surplus, current, debug] = [RED.nodes.id(), RED.nodes.id(), RED.nodes.id(), RED.nodes.id()];
  return [
    inject({ z, x: x - 150, y, repeat: '10', wires: [[meter]] }),
    {
      ...{ ...defaultsOf(REQUEST), id: meter, type: 'zaptec-request', z, x: x + 10, y, wires: [[surplus]] },
      ...{ connection, path: '/simulator/meter' },
    },
    {
      ...{ ...defaultsOf(SURPLUS), id: surplus, type: 'zaptec-surplus', z, x: x + 240, y, wires: [[current], [debug]] },
      ...{ connection, grid: 'payload.gridW', chargersPower: 'payload.chargersW', chargersPowerType: 'msg' },
    },
    {
      ...{ ...defaultsOf(UPDATE_CURRENT), id: current, type: 'zaptec-update-current', z, x: x + 390, y },
      ...{ connection, installation, wires: [[], []] },
    },
    debugNode({ id: debug, z, x: x + 390, y: y + ROW }),
  ];
};
