import { envelope } from './envelope';

/** What one message says, `zaptec-api.md` 5.3. */
export interface Wording {
  deviceId: string;
  deviceType: number;
  chargerId: string;
  stateId: number;
  /** As it is written. */
  timestamp: string;
  value?: string | undefined;
}

/** What is wrong with a message. */
interface Making {
  spoil?: (bytes: Buffer) => Buffer;
  /** It has no message id. */
  nameless?: boolean;
}

/** A message before a topic has taken it. Its bytes are made when they are first needed: most are never fetched. */
export class Draft {
  readonly #how: Making;
  #body: Buffer | undefined;

  constructor(
    readonly wording: Wording,
    how: Making = {},
  ) {
    this.#how = how;
  }

  get nameless(): boolean {
    return this.#how.nameless === true;
  }

  get body(): Buffer {
    return (this.#body ??= this.#make());
  }

  #make(): Buffer {
    const { deviceId, deviceType, chargerId, stateId, timestamp, value } = this.wording;
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
    return this.#how.spoil ? this.#how.spoil(bytes) : bytes;
  }
}
