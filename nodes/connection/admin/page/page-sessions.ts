import { randomBytes } from 'node:crypto';
import { clock } from '../../../../src/client';
import type { Permission } from '../../../shared/admin-routes';

/** ms; from the click in the editor until its new window asks. */
const PASS_MS = 30_000;
/** ms; after that the page is opened from the editor again. */
const SESSION_MS = 12 * 3_600_000;

/** Somebody whom the editor has sent, to one simulator. */
interface PageSession {
  scenario: string;
  may: Permission;
  until: number;
}

/**
 * Who may see a simulator's page without the editor's token: a browser sends none when it opens a page. A user with
 * the permission gets a pass for one use, and exchanges it for a session, whose token is in a cookie. Both are random, are
 * valid for one simulator only and end with the process.
 */
export class PageSessions {
  readonly #passes = new Map<string, PageSession>();
  readonly #visits = new Map<string, PageSession>();

  constructor(private readonly now: () => number = () => clock.now()) {}

  /** For somebody whose permission has just been checked. */
  pass(scenario: string, may: Permission): string {
    return this.#remember(this.#passes, { scenario, may, until: this.now() + PASS_MS });
  }

  /** Takes the pass, and returns the value of the cookie; undefined for a pass that is unknown or over. */
  enter(pass: string, scenario: string): string | undefined {
    const known = this.#passes.get(pass);
    this.#passes.delete(pass);
    if (!this.#fits(known, scenario)) return undefined;
    return this.#remember(this.#visits, { ...known, until: this.now() + SESSION_MS });
  }

  /** The permission of a session; undefined when there is none. */
  mayOf(token: string | undefined, scenario: string): Permission | undefined {
    const visit = token === undefined ? undefined : this.#visits.get(token);
    return this.#fits(visit, scenario) ? visit.may : undefined;
  }

  #fits(visit: PageSession | undefined, scenario: string): visit is PageSession {
    return visit?.scenario === scenario && this.now() < visit.until;
  }

  #remember(list: Map<string, PageSession>, visit: PageSession): string {
    for (const [key, { until }] of list) if (until <= this.now()) list.delete(key);
    const key = randomBytes(32).toString('base64url');
    list.set(key, visit);
    return key;
  }
}

/** s, for the cookie. */
export const SESSION_S = SESSION_MS / 1000;
