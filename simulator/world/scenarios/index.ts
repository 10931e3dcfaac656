import { apm } from './apm';
import { fleet } from './fleet';
import { home } from './home';
import { housing } from './housing';
import type { Scenario } from './plan';
import { sunny } from './sunny';

export const SCENARIOS: Record<string, Scenario> = { home, sunny, housing, fleet, apm };

const MAX_CHARGERS = 10_000;

/** Parses a scenario: a name, or a fleet with its size such as `fleet:250`. Throws for anything else. */
export function parseScenario(text: string): { name: string; chargers?: number } {
  const [name = '', size, ...more] = text.split(':', 3);
  if (!Object.hasOwn(SCENARIOS, name) || more.length > 0 || (size !== undefined && name !== 'fleet')) {
    throw refusal(text, `use ${Object.keys(SCENARIOS).join(', ')} or fleet:250`);
  }
  if (size === undefined) return { name };
  const chargers = /^\d{1,6}$/.test(size) ? Number(size) : 0;
  if (chargers < 1 || chargers > MAX_CHARGERS) throw refusal(text, `use fleet:1 to fleet:${MAX_CHARGERS}`);
  return { name, chargers };
}

const refusal = (text: string, remedy: string): Error =>
  new Error(`scenario: ${JSON.stringify(text.slice(0, 60))} is not possible; ${remedy}`);
