import { envelope } from './envelope';

/** The fields of a message (docs/service-bus.md, "Messages"). */
export interface MessageContent {
  deviceId: string;
  deviceType: number;
  chargerId: string;
  stateId: number;
  /** The text that the message contains. */
  timestamp: string;
  value?: string | undefined;
}

/** The errors of a faulty message. */
interface MessageOptions {
  corrupt?: (bytes: Buffer) => Buffer;
  /** The message has no message id. */
  withoutId?: boolean;
}

/**
 * A message before it reaches a topic. It is encoded when a receiver first needs it: most messages are never fetched.
 */
export class OutgoingMessage {
  readonly #options: MessageOptions;
  #body: Buffer | undefined;

  constructor(
    readonly content: MessageContent,
    how: MessageOptions = {},
  ) {
    this.#options = how;
  }

  get withoutId(): boolean {
    return this.#options.withoutId === true;
  }

  get body(): Buffer {
    return (this.#body ??= this.#encode());
  }

  #encode(): Buffer {
    const { deviceId, deviceType, chargerId, stateId, timestamp, value } = this.content;
    const json = JSON.stringify({
      DeviceId: deviceId,
      DeviceType: deviceType,
      ChargerId: chargerId,
      StateId: stateId,
      Timestamp: timestamp,
      // JSON.stringify omits an undefined value, as the cloud does.
      ValueAsString: value,
    });
    const bytes = envelope(json);
    return this.#options.corrupt ? this.#options.corrupt(bytes) : bytes;
  }
}
