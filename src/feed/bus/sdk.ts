type Library = typeof import('@azure/service-bus');

let loaded: Promise<Library> | undefined;

/** The client library, which a flow without a feed must not pay for. From the second time on it is there at once. */
export function loadLibrary(): Promise<Library> {
  return (loaded ??= import('@azure/service-bus'));
}
