/** A caller asked for something impossible; the message names the field, the value and the remedy. */
export class BadInput extends Error {}
