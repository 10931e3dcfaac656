import { zaptecError } from '../errors/zaptec-error';
import { phrase } from '../errors/phrase';

/** The address of Zaptec's API (docs/zaptec-api.md, "Endpoints"). */
export const ZAPTEC_BASE_URL = 'https://api.zaptec.com';

/** No browser and no proxy takes a longer one for granted. */
const LONGEST = 2_000;

const LOOPBACK = /^(localhost|127(\.\d{1,3}){3}|\[::1\])$/;

/** Whether a host name means this machine. */
export function isLoopback(hostname: string): boolean {
  return LOOPBACK.test(hostname);
}

/**
 * The address without a trailing slash. A password may travel unencrypted only within this machine.
 * @throws ZaptecError `BASE_URL_INVALID`
 */
export function checkBaseUrl(baseUrl: string): string {
  if (baseUrl.length > LONGEST) {
    throw zaptecError('BASE_URL_INVALID', phrase`The address has ${baseUrl.length} characters, more than ${LONGEST}`);
  }
  let url: URL;
  try {
    url = new URL(baseUrl);
  } catch {
    throw zaptecError('BASE_URL_INVALID', phrase`The address "${baseUrl.slice(0, 100)}" is not a URL`);
  }
  if (url.username || url.password) {
    throw zaptecError('BASE_URL_INVALID', 'The address contains a user name or a password', {
      remedy: 'Give user name and password apart from the address',
    });
  }
  const encrypted = url.protocol === 'https:';
  if (!encrypted && !(url.protocol === 'http:' && isLoopback(url.hostname))) {
    throw zaptecError('BASE_URL_INVALID', phrase`The address ${url.origin} is not encrypted`);
  }
  return url.origin + url.pathname.replace(/(?<!\/)\/+$/, '');
}
