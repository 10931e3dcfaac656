import { DAY } from '../durations';

/** Anything that JSON can be. */
export type Json = string | number | boolean | null | Json[] | { [name: string]: Json };

const TIME = /^\d{4}-\d{2}-\d{2}T\d{2}:\d{2}(?::\d{2}(?:\.\d+)?)?Z?$/;
/** About as large as a photograph, which is what installations have there. */
const LOGO = `planted-logo-${'QUJD'.repeat(4096)}`;

const SECRETS = {
  Password: 'planted-password',
  Pin: 'planted-pin',
  OcppInitialChargePointPassword: 'planted-ocpp-password',
  PropertyOcppPassword: 'planted-property-password',
};

/** Rewrites every value, innermost first. `depth` is 0 for the whole. */
function rewrite(value: Json, change: (value: Json, depth: number) => Json, depth = 0): Json {
  if (Array.isArray(value)) {
    return change(
      value.map((item) => rewrite(item, change, depth + 1)),
      depth,
    );
  }
  if (value === null || typeof value !== 'object') return change(value, depth);
  const entries = Object.entries(value).map(([name, inner]) => [name, rewrite(inner, change, depth + 1)]);
  return change(Object.fromEntries(entries) as Json, depth);
}

const isObject = (value: Json): value is { [name: string]: Json } =>
  value !== null && typeof value === 'object' && !Array.isArray(value);

export const withUnknownFields = (json: Json): Json =>
  rewrite(json, (value) =>
    isObject(value) ? { ...value, NobodyKnowsThis: { Depth: [1, null, 'x'] }, AndThis: true } : value,
  );

/** Secrets in every object, and once more in an object of its own at the top. */
export const withSecrets = (json: Json): Json =>
  rewrite(json, (value, depth) => {
    if (!isObject(value)) return value;
    const deep = depth > 0 ? {} : { LogoBase64: LOGO, Planted: { Deeper: [{ ...SECRETS, Deepest: { ...SECRETS } }] } };
    return { ...value, ...SECRETS, ...deep };
  });

/** Every time a day later, in the form in which it was written but for the digits of its fraction. */
export const withTimesAhead = (json: Json): Json =>
  rewrite(json, (value) => {
    if (typeof value !== 'string' || !TIME.test(value)) return value;
    const zone = value.endsWith('Z') ? '' : 'Z';
    const later = new Date(Date.parse(value + zone) + DAY).toISOString();
    return zone ? later.slice(0, -1) : later;
  });
