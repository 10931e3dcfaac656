import type { RuleObserver, AuditedRequest } from '../rule';
import { Findings } from '../findings';
import { many } from '../wording';

/** The default User-Agents of libraries and browsers. */
const GENERIC: ReadonlySet<string> = new Set([
  'aiohttp',
  'apache-httpclient',
  'axios',
  'bun',
  'curl',
  'deno',
  'go-http-client',
  'got',
  'java',
  'mozilla',
  'node',
  'node-fetch',
  'node.js',
  'okhttp',
  'postmanruntime',
  'python',
  'python-httpx',
  'python-requests',
  'python-urllib',
  'ruby',
  'undici',
  'wget',
]);

/** Zaptec demands a descriptive User-Agent (docs/zaptec-api.md, "Usage guidelines"). */
export class UserAgent implements RuleObserver {
  readonly #findings = new Findings();
  #seen: string | undefined;

  onArrival({ record }: AuditedRequest): void {
    this.#seen = record.userAgent?.trim() ?? '';
    if (isGeneric(this.#seen)) this.#findings.add(record);
  }

  verdict() {
    const seen = this.#seen?.slice(0, 100) ?? '';
    return this.#findings.verdict(
      () => `The User-Agent "${seen}" identifies the client.`,
      () =>
        `${many(this.#findings.count, 'request')} with ${seen === '' ? 'no User-Agent' : `the User-Agent "${seen}", which does not identify the client`}.`,
    );
  }
}

function isGeneric(userAgent: string): boolean {
  const product = /^[^/\s(;]*/.exec(userAgent)?.[0] ?? '';
  return product === '' || GENERIC.has(product.toLowerCase());
}
