/** A decimal number in the form of the cloud (docs/zaptec-api.md, "Conventions"): `"6.000"`. */
export const decimal = (value: number): string => (Math.abs(value) < 0.0005 ? '0.000' : value.toFixed(3));

/** Booleans are `"0"` and `"1"`. */
export const flag = (value: boolean): string => (value ? '1' : '0');
