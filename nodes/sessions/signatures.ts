import {
  checkOcmf,
  isObject,
  type OcmfCheck,
  type SessionRecord,
  type ZaptecClient,
  zaptecError,
  phrase,
} from '../../src/client';

type Keys = (record: SessionRecord) => string | undefined;

/**
 * The public keys that somebody has given: one for all chargers, or one for each by its id, serial or name.
 * @throws ZaptecError `INPUT_INVALID` for what is no key, before any session is read.
 */
export function readKeys(value: unknown): Keys {
  if (value === undefined || value === null || value === '') return () => undefined;
  if (typeof value === 'string') {
    checkOcmf({ userKey: value });
    return () => value;
  }
  if (!isObject(value)) throw noKeys(value);
  const keys = new Map(
    Object.entries(value).map(([charger, key]) => {
      if (typeof key !== 'string') throw noKeys(key);
      checkOcmf({ userKey: key });
      return [charger.trim().toLowerCase(), key];
    }),
  );
  return ({ chargerId, deviceId, chargerName }) =>
    [chargerId, deviceId, chargerName]
      .map((name) => keys.get(name?.toLowerCase() ?? ''))
      .find((key) => key !== undefined);
}

/** Checks the signed text of a session: with the key that was given, or the charger's, if it is known without a request. */
export function checkRecord(record: SessionRecord, keys: Keys, client: ZaptecClient): OcmfCheck {
  const { signed, energyKwh, chargerId } = record;
  return checkOcmf({ signed, energyKwh, userKey: keys(record), chargerKey: client.meterKey(chargerId) });
}

function noKeys(value: unknown) {
  return zaptecError(
    'INPUT_INVALID',
    phrase`The public key is a value of type ${value === null ? 'null' : typeof value}`,
    {
      remedy: 'Give a key as text, or an object with a key for each charger, such as {"ZAP012345": "3059…"}',
    },
  );
}
