const ADDRESS = /^[a-z][a-z\d+.-]*:\/\/([^/?#]*)/i;
const ORIGIN = /^https?:\/\/([^/?#]*)$/i;
const LOOPBACK = /^(?:localhost|127(?:\.\d{1,3}){3}|\[::1\])$/i;

/** What of a request says which host it is for, and which page of a browser sent it. */
interface Sender {
  /** Its target: a path, or a whole address, whose host counts then (RFC 9112, 3.2.2). */
  url?: string | undefined;
  headersDistinct: NodeJS.Dict<string[]>;
}

/** Why a request is refused, with its status; undefined: it is served. */
export type HostCheck = (request: Sender) => { status: 400 | 403; error: string } | undefined;

/**
 * Refuses a request for another host than loopback and the given names, and one from a page of another host, so that a
 * foreign page in a browser of this machine cannot reach the simulator. A request of HTTP/1.0 need not name a host, and
 * only browsers name an origin.
 */
export function checkHosts(names: readonly string[]): HostCheck {
  const known = new Set(names.map((name) => name.toLowerCase()));
  const isKnown = (host: string) => {
    const name = host.replace(/:\d+$/, '').toLowerCase();
    return LOOPBACK.test(name) || known.has(name);
  };
  return ({ url = '', headersDistinct: { host: hosts = [], origin: origins = [] } }) => {
    if (hosts.length > 1) return { status: 400, error: `Host: ${hosts.join(' and ')} are ${hosts.length} hosts` };
    const target = ADDRESS.exec(url)?.[1];
    for (const host of target === undefined ? hosts : [...hosts, target]) {
      if (!URL.canParse(`http://${host}`)) return { status: 400, error: `Host: ${host} is not the name of a host` };
      if (isKnown(host)) continue;
      const remedy = 'use 127.0.0.1 or localhost, or name it with --host-name';
      return { status: 403, error: `Host: ${host} is not this machine; ${remedy}` };
    }
    const foreign = origins.find((origin) => !isKnown(ORIGIN.exec(origin)?.[1] ?? ''));
    if (foreign === undefined) return undefined;
    return { status: 403, error: `Origin: ${foreign} is not a page of this machine` };
  };
}
