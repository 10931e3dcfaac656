import type { Rule } from '../rule';
import { Backoff } from './backoff';
import { CurrentInterval } from './current-interval';
import { PageSize } from './page-size';
import { Polling } from './polling';
import { Queries } from './queries';
import { Rate } from './rate';
import { RepeatedWrites } from './repeated-writes';
import { SettingsInterval } from './settings-interval';
import { StaticData } from './static-data';
import { Storm } from './storm';
import { TokenReuse } from './token-reuse';
import { Undocumented } from './undocumented';
import { UserAgent } from './user-agent';

/** Every rule, in the order of a report. */
export const RULES: readonly Rule[] = [
  { name: 'rate', createObserver: () => new Rate() },
  { name: 'polling', createObserver: () => new Polling() },
  { name: 'queries', createObserver: () => new Queries() },
  { name: 'repeated-writes', createObserver: () => new RepeatedWrites() },
  { name: 'page-size', createObserver: () => new PageSize() },
  { name: 'static-data', createObserver: () => new StaticData() },
  { name: 'current-interval', createObserver: (context) => new CurrentInterval(context) },
  { name: 'settings-interval', createObserver: () => new SettingsInterval() },
  { name: 'storm', createObserver: () => new Storm() },
  { name: 'token-reuse', createObserver: (context) => new TokenReuse(context) },
  { name: 'backoff', createObserver: (context) => new Backoff(context) },
  { name: 'user-agent', createObserver: () => new UserAgent() },
  { name: 'undocumented', createObserver: () => new Undocumented() },
];
