import { endUnusedAccounts } from '../../src/account';

/**
 * Ends the accounts that a file of specs leaves behind. Each would linger for 30 s, or for ever if the time of its file was
 * virtual: it would go on asking for its simulator at every moment of the next virtual time, and a simulator that gets the
 * port of one that is gone would meet what its account still knows.
 */
export const mochaHooks = { afterAll: endUnusedAccounts };
