/** Everything of the official client library that this package loads or reaches into. */
type Library = typeof import('@azure/service-bus');

let loaded: Promise<Library> | undefined;

/** The client library, which a flow without a feed must not pay for. From the second time on it is there at once. */
export function loadLibrary(): Promise<Library> {
  return (loaded ??= import('@azure/service-bus'));
}

/** A link of rhea-promise. */
interface Link {
  close(...args: unknown[]): Promise<void>;
}

/** What of the library's receiver is reached into, carefully: nothing public gives the link. */
interface ReceiverInternals {
  _streamingReceiver?: { createRheaLink?: (...args: unknown[]) => Promise<Link> };
}

/**
 * Lets no link of a receiver that was just subscribed reject when it is closed. The library closes some without looking
 * at the outcome (7.9.5: after an abort while the link opens, and when draining it takes too long); should the bus close
 * such a link at the same moment, for example because the subscription is removed, nobody would handle the rejection,
 * and that ends Node-RED.
 */
export function swallowCloseRejections(receiver: unknown): void {
  const streaming = (receiver as ReceiverInternals)._streamingReceiver;
  const create = streaming?.createRheaLink;
  if (!streaming || typeof create !== 'function') return;
  streaming.createRheaLink = async (...args) => {
    const link = await create.apply(streaming, args);
    const close = link.close.bind(link);
    link.close = (...how) => close(...how).catch(() => undefined);
    return link;
  };
}

/** What of a received message is reached into, carefully: its AMQP delivery is not public. */
interface MessageInternals {
  delivery?: { accept?: () => void };
}

/**
 * Completes a message with the same frame as the library (7.9.5), and without what that does besides for each one: a
 * span, a timer, retries, and another link where its own is gone. Whether it succeeds is of no interest: what was not
 * completed comes again, and is known then.
 * @returns false where the library looks otherwise: then nothing has happened.
 */
export function completeMessage(message: unknown): boolean {
  const { delivery } = message as MessageInternals;
  if (typeof delivery?.accept !== 'function') return false;
  try {
    delivery.accept();
  } catch {
    // Its link is gone.
  }
  return true;
}
