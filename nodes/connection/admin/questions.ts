import type { Permission } from '../../shared/admin-routes';

/**
 * The questions of the editor. Settings that are not deployed need `zaptec.write`: they name an address and may name
 * variables of the environment, which is nothing for somebody who may only look.
 */
export const QUESTIONS = {
  'zaptec/lists': 'zaptec.read',
  'zaptec/unsaved/lists': 'zaptec.write',
  'zaptec/observations': 'zaptec.read',
  'zaptec/unsaved/test': 'zaptec.write',
  'zaptec/report': 'zaptec.read',
  'zaptec/request-log': 'zaptec.write',
  'zaptec/overview': 'zaptec.read',
  'zaptec/remove-limit': 'zaptec.write',
  'zaptec/refresh': 'zaptec.read',
  'zaptec/command': 'zaptec.write',
  'zaptec/decisions': 'zaptec.read',
  'zaptec/simulator-pass/read': 'zaptec.read',
  'zaptec/simulator-pass/write': 'zaptec.write',
} as const satisfies Record<`zaptec/${string}`, Permission>;

/** The path of a question. */
export type Question = keyof typeof QUESTIONS;
