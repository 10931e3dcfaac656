/** The standard port of https. */
const HTTPS = 443;

/**
 * Whether the environment demands a proxy for a host: `HTTPS_PROXY` or `ALL_PROXY`, without an entry for the host in
 * `NO_PROXY`, in either case of letters. An entry is a host, a domain with or without a dot or an asterisk before it, or
 * `*` for every host; it may name a port.
 */
export function needsProxy(host: string, environment: NodeJS.ProcessEnv = process.env): boolean {
  const setting = (name: string) => environment[name.toLowerCase()] ?? environment[name] ?? '';
  if ((setting('HTTPS_PROXY') || setting('ALL_PROXY')) === '') return false;
  const entries = setting('NO_PROXY').toLowerCase().split(/[\s,]/);
  return !entries.some((entry) => entry !== '' && covers(entry, host.toLowerCase()));
}

function covers(entry: string, host: string): boolean {
  const [name = '', port] = entry.split(':', 2);
  if (port !== undefined && Number(port) !== HTTPS) return false;
  if (name === '*') return true;
  const domain = name.replace(/^\*?\./, '');
  return host === domain || host.endsWith(`.${domain}`);
}
