import type { Node, NodeAPI } from 'node-red';
import { releaseEverywhere, withdrawEverywhere } from '../../src/client';
import type { ConnectionNode } from '../shared/connection-api';
import { onFlowsStarted, onRuntimeEvent, type RuntimeEvent } from '../shared/flows-started';
import { guarded } from '../shared/guard';
import type { UpdateCurrentSettings } from '../shared/properties';

/** The nodes that are deployed, by id. */
const deployed = new Map<string, Node>();
/** What the requests of a node were for when it was deployed last, by id. */
const places = new Map<string, string>();

/** Everything that must not change under a request: the same node may set another current or play another role. */
function placeOf(settings: UpdateCurrentSettings): string {
  const { connection, target, installation, installationType, charger, chargerType, role, dryRun } = settings;
  return JSON.stringify([connection, target, installation, installationType, charger, chargerType, role, dryRun]);
}

/**
 * Requests belong to a node and end with it, whatever messages they came from. They outlive a deploy that makes the node
 * anew for the same place, and nothing else: neither flows that are stopped, nor a tab that is disabled.
 * @returns to be called when the node is closed; `removed` is what Node-RED says of a node that is deleted or disabled.
 */
export function endRequests(
  RED: NodeAPI,
  node: Node,
  settings: UpdateCurrentSettings,
  report: (thrown: unknown) => void,
): (removed: boolean) => void {
  const { id } = node;
  const place = placeOf(settings);
  if ((places.get(id) ?? place) !== place) withdrawEverywhere(id);
  places.set(id, place);
  deployed.set(id, node);
  return (removed) => {
    if (deployed.get(id) === node) deployed.delete(id);
    if (removed) withdrawEverywhere(id);
    const ignore = () => {
      ignoreStart();
      ignoreStop();
    };
    const onStarted = guarded(() => {
      ignore();
      if (deployed.has(id)) return;
      places.delete(id);
      withdrawEverywhere(id);
      const connection = RED.nodes.getNode(settings.connection) as ConnectionNode | null;
      if (connection?.readOnly === false) releaseEverywhere(id);
    }, report);
    const onRuntime = guarded((event: RuntimeEvent) => {
      const { state, deploy } = event.id === 'runtime-state' ? (event.payload ?? {}) : {};
      if (state === undefined || state === 'start' || deploy === true) return;
      ignore();
      places.delete(id);
      withdrawEverywhere(id);
    }, report);
    const ignoreStart = onFlowsStarted(RED, onStarted);
    const ignoreStop = onRuntimeEvent(RED, onRuntime);
  };
}
