interface Link {
  close(...args: unknown[]): Promise<void>;
}

/** What of the library's receiver is reached into, carefully: nothing public gives the link. */
interface Inside {
  _streamingReceiver?: { createRheaLink?: (...args: unknown[]) => Promise<Link> };
}

/**
 * Lets no link of a receiver that was just subscribed reject when it is closed. The library closes some without looking
 * at the outcome (7.9.5: after an abort while the link opens, and when draining it takes too long); should the bus close
 * such a link at the same moment, for example because the subscription is removed, nobody would handle the rejection,
 * and that ends Node-RED.
 */
export function hushLinks(receiver: unknown): void {
  const streaming = (receiver as Inside)._streamingReceiver;
  const create = streaming?.createRheaLink;
  if (!streaming || typeof create !== 'function') return;
  streaming.createRheaLink = async (...args) => {
    const link = await create.apply(streaming, args);
    const close = link.close.bind(link);
    link.close = (...how) => close(...how).catch(() => undefined);
    return link;
  };
}
