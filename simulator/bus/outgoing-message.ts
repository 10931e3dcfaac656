import { envelope } from './envelope';

/** What one message says, `zaptec-api.md` 5.3. */
export interface MessageContent {
  deviceId: string;
  deviceType: number;
  chargerId: string;
  stateId: number;
  /** As it is written. */
  timestamp: string;
  value?: string | undefined;
}

/** What is wrong with a message. */
interface MessageOptions {
  corrupt?: (bytes: Buffer) => Buffer;
  /** It has no message id. */
  withoutId?: boolean;
}

/** A message before a topic has taken it. Its bytes are made when they are first needed: most are never fetched. */
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
      // Undefined is left out, as the cloud leaves out what it does not have.
      ValueAsString: value,
    });
    const bytes = envelope(json);
    return this.#options.corrupt ? this.#options.corrupt(bytes) : bytes;
  }
}
