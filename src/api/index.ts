import type { Tokens } from '../http/requester';
import { Caller, type ApiContext, type CallerOptions } from './caller';
import { ChargersApi } from './chargers';
import { Constants } from './constants';
import { InstallationsApi } from './installations';
import { Sessions } from './sessions';

/** Zaptec's REST API for one account and one password: the documented endpoints, without rules of our own. */
export class Api {
  readonly tokens: Tokens;
  readonly caller: Caller;
  readonly chargers: ChargersApi;
  readonly installations: InstallationsApi;
  readonly constants: Constants;
  readonly sessions: Sessions;

  constructor(context: ApiContext, tokens: Tokens, options: CallerOptions) {
    this.tokens = tokens;
    this.caller = new Caller(context, tokens, options);
    this.chargers = new ChargersApi(this.caller);
    this.installations = new InstallationsApi(this.caller);
    this.constants = new Constants(this.caller);
    this.sessions = new Sessions(this.caller);
  }

  /** Ends the requests that are under way; later ones fail with `ABORTED`. */
  close(): void {
    this.caller.close();
  }
}

/** Opens the API of an account with some tokens; those who outlive a client hold one of their own. */
export type OpenApi = (tokens: Tokens, options: CallerOptions) => Api;
