import { Caller } from '../api/caller';
import { Chargers } from '../api/chargers';
import { Constants } from '../api/constants';
import { Installations } from '../api/installations';
import { Sessions } from '../api/sessions';
import { GovernedWrites } from '../current/governed-writes';
import type { Account } from '../account';
import type { TokenSource } from '../http/token';

/** The cloud as the feeds of an account reach it: they outlive the client that opened them. */
export class Access {
  readonly tokens: TokenSource;
  readonly caller: Caller;
  readonly chargers: Chargers;
  readonly installations: Installations;
  readonly constants: Constants;
  readonly sessions: Sessions;

  constructor(account: Account, tokens: TokenSource) {
    this.tokens = tokens;
    this.caller = new Caller(account, tokens, { readOnly: true });
    const governed = new GovernedWrites(this.caller, {
      governors: account.governors,
      tokens,
      readOnly: true,
      directory: undefined,
    });
    this.chargers = new Chargers(this.caller, governed);
    this.installations = new Installations(this.caller, governed);
    this.constants = new Constants(this.caller);
    this.sessions = new Sessions(this.caller);
  }
}
