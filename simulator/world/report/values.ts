/** A decimal number in the form of the cloud (docs/zaptec-api.md, "Conventions"): `"6.000"`. */
export const decimal = (value: number): string => (Math.abs(value) < 0.0005 ? '0.000' : value.toFixed(3));

/**
 * A number with six significant digits and no trailing zeros, as C prints it with `%g`: `"2.83012"`, `"15.8"`. Power and
 * energy have this form (docs/zaptec-api.md, "Conventions").
 */
export const general = (value: number): string =>
  Math.abs(value) < 0.0005 ? '0' : String(Number(value.toPrecision(6)));

/** Booleans are `"0"` and `"1"`. */
export const flag = (value: boolean): string => (value ? '1' : '0');
