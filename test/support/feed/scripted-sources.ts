import type { Caller } from '../../../src/api/caller';
import type { InstallationsApi } from '../../../src/api/installations';
import type { CallOptions } from '../../../src/http/cache';
import { zaptecError, type ZaptecError } from '../../../src/errors/zaptec-error';

/** Connection details as the cloud gives them. */
const ANSWER = {
  ...{ Type: 0, Host: 'zap.servicebus.windows.net', Port: 5671, UseSSL: true },
  ...{ Username: 'listen', Password: 'c2VjcmV0', Topic: 'installation_1', Subscription: 'default' },
};

/** `ZAPTEC_526`, 403 and 404 close a source; an answer of another status does not. */
export function refusal(status: number, code = `HTTP_${status}`): ZaptecError {
  return zaptecError(code as 'HTTP_403', 'made up', { status });
}

/** What the API answers about sources of messages. */
export class ScriptedSources {
  /** The answer about each source, by `userGroups/…` or `installation/…`; the details of a bus for any other. */
  readonly answers = new Map<string, unknown>();
  /** The group in the installation. */
  supportGroup: unknown;
  /** The answer with the groups of the account; undefined: it fails. */
  groups: unknown;
  /** Whose details, and which lists, were asked for. */
  readonly asked: string[] = [];
  /** With which each of them may be given up. */
  readonly signals: (AbortSignal | undefined)[] = [];

  /** Nobody may have the details of any source but these. */
  close(error: unknown, ...sources: string[]): void {
    for (const source of sources) this.answers.set(source, error);
  }

  get caller(): Caller {
    const caller: Pick<Caller, 'confidential' | 'guarded' | 'fetch'> = {
      confidential: async (path, { signal }) => {
        const source = path.replace(/^\/api\/(.*)\/messagingConnectionDetails$/, '$1');
        this.#note(source, signal);
        const answer = this.answers.has(source) ? await this.answers.get(source) : ANSWER;
        if (answer instanceof Error) throw answer;
        return answer;
      },
      guarded: (options, work) => work(options),
      fetch: ({ path }, { signal }) => {
        this.#note(path, signal);
        if (this.groups === undefined) return Promise.reject(refusal(403));
        return Promise.resolve({ data: this.groups, attempts: [] } as never);
      },
    };
    return caller as Caller;
  }

  get installations(): InstallationsApi {
    const installations: Pick<InstallationsApi, 'get'> = {
      get: (id, { signal }: CallOptions) => {
        this.#note(`the installation ${id}`, signal);
        if (this.supportGroup instanceof Error) return Promise.reject(this.supportGroup);
        return Promise.resolve({ data: { id, supportGroup: this.supportGroup } } as never);
      },
    };
    return installations as InstallationsApi;
  }

  #note(what: string, signal: AbortSignal | undefined): void {
    this.asked.push(what);
    this.signals.push(signal);
  }
}
