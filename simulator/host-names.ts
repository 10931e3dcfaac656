const LOOPBACK = /^(?:localhost|127(?:\.\d{1,3}){3}|\[::1\])$/i;

/** Why a request may not name this host; undefined: it may. */
export type HostCheck = (host: string | undefined) => string | undefined;

/**
 * Refuses a request for another host than loopback and the given names, so that a foreign page in a browser of this
 * machine cannot reach the simulator under a name of its own. A request of HTTP/1.0 need not name a host.
 */
export function checkHosts(names: readonly string[]): HostCheck {
  const known = new Set(names.map((name) => name.toLowerCase()));
  return (host) => {
    if (host === undefined) return undefined;
    const name = host.replace(/:\d+$/, '').toLowerCase();
    if (LOOPBACK.test(name) || known.has(name)) return undefined;
    return `Host: ${host} is not this machine; use 127.0.0.1 or localhost, or name it with --host-name`;
  };
}
