import type { Prng } from '../prng';

function hex(prng: Prng, digits: number): string {
  let text = '';
  while (text.length < digits) text += prng.integer(0, 15).toString(16);
  return text;
}

/** A GUID of version 4 in lower case with dashes, like the ids of the cloud (docs/zaptec-api.md, "Conventions"). */
export function guid(prng: Prng): string {
  const variant = prng.pick(['8', '9', 'a', 'b']);
  return [hex(prng, 8), hex(prng, 4), `4${hex(prng, 3)}`, `${variant}${hex(prng, 3)}`, hex(prng, 12)].join('-');
}
