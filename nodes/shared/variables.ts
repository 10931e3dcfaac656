const REFERENCES = [/^\$\{(\S+)\}$/, /^\$\((\S+)\)$/];

/**
 * The variable that a setting names as a whole, `${NAME}` or `$(NAME)`. Node-RED puts the value in its place before a
 * node sees the setting, and leaves the text as it is when there is no such variable.
 */
export function variableOf(value: unknown): string | undefined {
  if (typeof value !== 'string' || !value.startsWith('$')) return undefined;
  return REFERENCES.map((reference) => reference.exec(value)?.[1]).find((name) => name !== undefined);
}
