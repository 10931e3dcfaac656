type Client = typeof import('../../src/client');

let loaded: Promise<Client> | undefined;

/** The client of the cloud, with everything that speaks HTTP: loaded when first needed, from then on at once there. */
export function loadClient(): Promise<Client> {
  return (loaded ??= import('../../src/client.js'));
}
