import { CHARGER, CONNECTION, type Properties } from '../properties';
import { editorLanguage } from './language-field';
import type { NewNode } from './red';
import { word } from './words';

const defaultsOf = (properties: Properties): Record<string, unknown> =>
  Object.fromEntries(Object.entries(properties).map(([name, { value }]) => [name, value]));

/** Where a node lands that nobody has dragged, in px from the corner of the visible canvas. */
const PLACE = { x: 240, y: 120 } as const;

const place = (): { x: number; y: number } => {
  const chart = $('#red-ui-workspace-chart');
  const scale = RED.view.scale();
  return {
    x: Math.round(((chart.scrollLeft() ?? 0) + PLACE.x) / scale),
    y: Math.round(((chart.scrollTop() ?? 0) + PLACE.y) / scale),
  };
};

/** A charger node that reads the state of one charger, ready to be put onto the canvas. */
export const nodeFor = (connection: string, charger: string): NewNode => ({
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

/** The state of every charger of a built-in simulator, read at the press of a button and each minute. */
export const simulatorFlow = (): NewNode[] => {
  const connection = RED.nodes.id();
  const [inject, charger, debug] = [RED.nodes.id(), RED.nodes.id(), RED.nodes.id()];
  const z = RED.workspaces.active();
  const { x, y } = place();
  return [
    {
      ...{ ...defaultsOf(CONNECTION), id: connection, type: 'zaptec-connection', name: '' },
      ...{ cloud: 'simulator', language: editorLanguage() },
    },
    {
      ...{ id: inject, type: 'inject', z, x: x - 100, y, wires: [[charger]] },
      ...{ name: '', props: [{ p: 'payload' }], payload: '', payloadType: 'date', topic: '' },
      ...{ repeat: '60', once: true, onceDelay: 1, crontab: '' },
    },
    {
      ...nodeFor(connection, 'all'),
      ...{ id: charger, x: x + 120, y, wires: [[debug]], name: word('start.chargers') },
    },
    {
      ...{ id: debug, type: 'debug', z, x: x + 340, y, wires: [], name: '' },
      ...{ active: true, tosidebar: true, console: false, complete: 'payload', targetType: 'msg' },
    },
  ];
};
