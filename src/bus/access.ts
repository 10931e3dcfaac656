import { AnyRequests } from '../api/any-request';
import { Caller } from '../api/caller';
import { Chargers } from '../api/chargers';
import { Constants } from '../api/constants';
import { Installations } from '../api/installations';
import type { Account } from '../http/account';
import type { TokenSource } from '../http/token';

/** The cloud as the feeds of an account reach it: they outlive the client that opened them. */
export class Access {
  readonly tokens: TokenSource;
  readonly caller: Caller;
  readonly chargers: Chargers;
  readonly installations: Installations;
  readonly constants: Constants;
  readonly requests: AnyRequests;

  constructor(account: Account, tokens: TokenSource) {
    this.tokens = tokens;
    this.caller = new Caller(account, tokens, { readOnly: true });
    this.chargers = new Chargers(this.caller);
    this.installations = new Installations(this.caller);
    this.constants = new Constants(this.caller);
    this.requests = new AnyRequests(this.caller, { simulator: false });
  }
}
