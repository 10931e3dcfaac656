/** Makes the settings of one version out of those of the version before. Renames and new meanings only: defaults are `readSettings`' business. */
export type Migration = (settings: Readonly<Record<string, unknown>>) => Record<string, unknown>;

/**
 * One step for each version, from 1 to 2 first; by node type, for the types that it changes. Adding a step is what
 * raises the version: flows are shared as JSON and live for years, so a step is never changed or taken away again.
 */
export const STEPS: readonly Readonly<Record<string, Migration>>[] = [];

/**
 * The settings of a node as the newest version has them. Settings without a version are of the first one; settings of
 * a version that is not known yet are left as they are.
 */
export function migrate<S extends Readonly<Record<string, unknown>>>(
  type: string,
  settings: S,
  steps: readonly Readonly<Record<string, Migration>>[] = STEPS,
): S {
  const from = versionOf(settings['version']);
  if (from > steps.length) return settings;
  const migrated = steps.slice(from - 1).reduce<Record<string, unknown>>((before, step) => {
    const change = step[type];
    return change ? change(before) : before;
  }, settings);
  return { ...migrated, version: steps.length + 1 } as unknown as S;
}

function versionOf(version: unknown): number {
  const number = Number(version);
  return Number.isInteger(number) && number >= 1 ? number : 1;
}
