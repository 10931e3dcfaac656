/** Stands for nothing. */
const NONE = '–';

/** W as kW with two places. */
export const kilowatts = (watts: number): string => (watts === 0 ? NONE : `${(watts / 1000).toFixed(2)} kW`);

export const amperes = (values: readonly number[]): string =>
  values.every((value) => value === 0) ? NONE : values.map((value) => value.toFixed(1)).join(' · ');

export const percent = (part: number): string => `${Math.round(part * 100)} %`;

/** Milliseconds since 1970 as a time of day of this machine. */
export const clockTime = (at: number): string => new Date(at).toTimeString().slice(0, 8);

/** An ISO time as date and time of day. */
export const worldTime = (iso: string): string => iso.slice(0, 19).replace('T', ' ');

export const count = (value: number): string => value.toLocaleString('en');

/** The same where nothing is no news. */
export const countOrNone = (value: number): string => (value === 0 ? NONE : count(value));
