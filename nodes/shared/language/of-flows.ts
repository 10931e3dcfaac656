import type { NodeAPI } from 'node-red';
import type { ConnectionNode } from '../connection-api';
import { type Words, wordsIn } from './catalogues';
import type { Language } from './languages';

/**
 * The language of a node that has no connection, such as a plan for another maker's charger: that of the connections, if
 * all of them have the same, and else English.
 */
export function languageOfFlows(RED: NodeAPI): Language {
  const spoken = new Set<Language>();
  RED.nodes.eachNode(({ id, type }) => {
    if (type !== 'zaptec-connection') return;
    const { language } = (RED.nodes.getNode(id) as ConnectionNode | null) ?? {};
    if (language) spoken.add(language);
  });
  const [only, ...others] = spoken;
  return only !== undefined && others.length === 0 ? only : 'en';
}

/** The language of a node that is being made: that of the connection in its settings. */
export function languageFor(RED: NodeAPI, settings: object): Language {
  const { connection } = settings as { connection?: unknown };
  const node = typeof connection === 'string' ? (RED.nodes.getNode(connection) as ConnectionNode | null) : null;
  return node?.language ?? languageOfFlows(RED);
}

/** The words of a node that is being made. */
export const wordsFor = (RED: NodeAPI, settings: object): Words => wordsIn(languageFor(RED, settings));
