import type { Rule } from '../rule';
import { Backoff } from './backoff';
import { CurrentInterval } from './current-interval';
import { PageSize } from './page-size';
import { Polling } from './polling';
import { Rate } from './rate';
import { StaticData } from './static-data';
import { Storm } from './storm';
import { TokenReuse } from './token-reuse';
import { Undocumented } from './undocumented';
import { UserAgent } from './user-agent';

/** Every rule, in the order of a report. */
export const RULES: readonly Rule[] = [
  { name: 'rate', watch: () => new Rate() },
  { name: 'polling', watch: () => new Polling() },
  { name: 'page-size', watch: () => new PageSize() },
  { name: 'static-data', watch: () => new StaticData() },
  { name: 'current-interval', watch: (context) => new CurrentInterval(context) },
  { name: 'storm', watch: () => new Storm() },
  { name: 'token-reuse', watch: (context) => new TokenReuse(context) },
  { name: 'backoff', watch: (context) => new Backoff(context) },
  { name: 'user-agent', watch: () => new UserAgent() },
  { name: 'undocumented', watch: () => new Undocumented() },
];
