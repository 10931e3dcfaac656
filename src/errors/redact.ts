const SHOWN = '[removed]';
/** Shorter secrets occur in ordinary text by chance, and removing them would damage it. */
const SHORTEST = 6;

/** Removes known secrets from a text, in each form in which a server could echo them: plain, JSON, URL, form, base64. */
export function redact(text: string, secrets: readonly (string | undefined)[]): string {
  let clean = text;
  for (const secret of secrets) {
    if (secret === undefined || secret.length < SHORTEST) continue;
    for (const form of formsOf(secret)) if (clean.includes(form)) clean = clean.replaceAll(form, SHOWN);
  }
  return clean;
}

function formsOf(secret: string): Set<string> {
  return new Set([
    secret,
    JSON.stringify(secret).slice(1, -1),
    encodeURIComponent(secret),
    new URLSearchParams({ s: secret }).toString().slice(2),
    Buffer.from(secret).toString('base64'),
  ]);
}
