import { DAY } from '../durations';

/** Any JSON value. */
export type Json = string | number | boolean | null | Json[] | { [name: string]: Json };

const TIME = /^\d{4}-\d{2}-\d{2}T\d{2}:\d{2}(?::\d{2}(?:\.\d+)?)?Z?$/;
/** About as large as the logo of a real installation. */
const LOGO = `planted-logo-${'QUJD'.repeat(4096)}`;

const SECRETS = {
  Password: 'planted-password',
  Pin: 'planted-pin',
  OcppInitialChargePointPassword: 'planted-ocpp-password',
  PropertyOcppPassword: 'planted-property-password',
};

/** Changes every value, innermost first. `depth` is 0 for the outermost value. */
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

/** Adds secrets to every object, and an object with nested secrets to the outermost one. */
export const withSecrets = (json: Json): Json =>
  rewrite(json, (value, depth) => {
    if (!isObject(value)) return value;
    const deep = depth > 0 ? {} : { LogoBase64: LOGO, Planted: { Deeper: [{ ...SECRETS, Deepest: { ...SECRETS } }] } };
    return { ...value, ...SECRETS, ...deep };
  });

/** Moves every time by a day and keeps its form, except for the digits of the fraction. */
export const withTimesAhead = (json: Json): Json =>
  rewrite(json, (value) => {
    if (typeof value !== 'string' || !TIME.test(value)) return value;
    const zone = value.endsWith('Z') ? '' : 'Z';
    const later = new Date(Date.parse(value + zone) + DAY).toISOString();
    return zone ? later.slice(0, -1) : later;
  });
