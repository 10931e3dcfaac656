/** The node of claims-based security. */
const CBS = '$cbs';

/** What an address of a link, or the audience of a token, names. */
export interface Address {
  /** In lower case, because Service Bus ignores the case; empty: the whole namespace. */
  topic: string;
  /** In lower case; undefined: the topic itself. */
  subscription: string | undefined;
  node: 'messages' | 'management' | 'cbs';
}

/** `amqps://HOST/` or a slash in front is what clients that take an address for a URL send. */
const FORM = /^(?:[a-z]+:\/\/[^/]*(?:\/|$)|\/)?([^/]+)?(?:\/subscriptions\/([^/]+))?(\/\$management)?\/?$/i;

/** Reads an address in every form that clients use. Undefined: it names nothing. */
export function parseAddress(text: string): Address | undefined {
  const found = FORM.exec(text);
  if (!found) return undefined;
  const [, topic = '', subscription, management] = found;
  if (topic.toLowerCase() === CBS) return { topic: '', subscription: undefined, node: 'cbs' };
  return {
    topic: topic.toLowerCase(),
    subscription: subscription?.toLowerCase(),
    node: management === undefined ? 'messages' : 'management',
  };
}
