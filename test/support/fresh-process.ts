import { endUnusedAccounts } from '../../src/account';
import { bootId } from '../../src/time/boot';
import { clock } from '../../src/time/clock';

/**
 * Ends what a file of specs leaves behind in its process. An account would linger for 30 s, or for ever if the time of its
 * file was virtual: it would go on asking for its simulator at every moment of the next virtual time, and a simulator that
 * gets the port of one that is gone would meet what its account still knows. The clock would keep by how much the cloud of
 * the last simulator was ahead, and each leap of the wall clock.
 */
export const mochaHooks = {
  afterAll(): void {
    endUnusedAccounts();
    clock.restart(bootId());
  },
};
