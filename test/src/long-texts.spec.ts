import { checkSettings, CHARGER, INSTALLATION } from '../../src/api/settings';
import { undocumentedWarning } from '../../src/api/unknown-query';
import { parseCommand } from '../../src/commands/commands';
import { recordFrom } from '../../src/current/record';
import { redact } from '../../src/errors/redact';
import { zaptecError } from '../../src/errors/zaptec-error';
import { decodeEnvelope } from '../../src/feed/bus/envelope';
import { feedErrorOfBus } from '../../src/feed/feed-error';
import { attemptError } from '../../src/http/attempt';
import { checkBaseUrl } from '../../src/http/base-url';
import { target } from '../../src/http/endpoints';
import { retryAfter } from '../../src/http/transport';
import { fromArchived, fromCompleted } from '../../src/state/session-record';
import { parseJson } from '../../src/zaptec/bounded-json';
import { constantsTable } from '../../src/zaptec/constants-table';
import { decode } from '../../src/zaptec/decode';
import { toUtc, utcOf } from '../../src/zaptec/decode/times';
import { modelOf } from '../../src/zaptec/device';
import { asGuid } from '../../src/zaptec/guid';
import { readObservation } from '../../src/zaptec/observations';
import { parseOcmf } from '../../src/zaptec/ocmf';
import { checkOcmf } from '../../src/zaptec/ocmf-signature';
import { readBoolean, readGuid, readJson, readNumber, readUntyped } from '../../src/zaptec/values';
import { bitNames, warningNames } from '../../src/zaptec/warnings';
import { itStaysFast } from '../support/long-texts';

const CHARGER_ID = '0a1b2c3d-0000-4000-8000-0000000000a1';
const KEY = `04${'11'.repeat(64)}`;
const CALL = { method: 'GET', label: '/api/chargers', repeatable: true };
const ocmfTime = (TM: string) => `OCMF|${JSON.stringify({ RD: [{ TM, RV: 1, RU: 'kWh', ST: 'G' }] })}`;
const ocmfValue = (RV: string) => `OCMF|${JSON.stringify({ RD: [{ TM: '', RV, RU: RV, ST: 'G' }] })}`;
const message = (fields: object) => JSON.stringify({ ChargerId: CHARGER_ID, StateId: 710, ...fields });

describe('texts of a megabyte', () => {
  itStaysFast({
    'a number': readNumber,
    'a boolean': readBoolean,
    'a GUID': readGuid,
    'an id': (text) => asGuid(text, 'charger'),
    'JSON in an observation': readJson,
    'an observation without a type': readUntyped,
    JSON: parseJson,
    'a mask': (text) => bitNames(text),
    'a mask of warnings': (text) => warningNames(text, 'Apollo'),
    'a time': toUtc,
    'a time of the bus': utcOf,
    'the serial of a charger': (text) => modelOf(text),
    'the name of a field': (text) => decode({ [text]: 1 }),
    'a time in an answer': (text) => decode({ startDateTime: `2026-05-04T${text}` }),
    OCMF: parseOcmf,
    'the time in OCMF': (text) => parseOcmf(ocmfTime(text)),
    'the value in OCMF': (text) => parseOcmf(ocmfValue(text)),
    'the sections of OCMF': (text) => checkOcmf({ signed: `OCMF|${text}|${text}` }),
    'the signature of OCMF': (text) => checkOcmf({ signed: `OCMF|{}|${JSON.stringify({ SD: text })}`, userKey: KEY }),
    'a public key': (text) => checkOcmf({ userKey: text }),
    'a public key in PEM': (text) => checkOcmf({ userKey: `-----BEGIN PUBLIC KEY-----${text}` }),
    'the session in a message': (text) => fromCompleted({ sessionId: text, startDateTime: text, energy: text }, { id: CHARGER_ID }),
    'the session of the archive': (text) => fromArchived({ id: CHARGER_ID, endDateTime: text, sessionSignature: text }, { id: CHARGER_ID }),
    'a message of the bus': decodeEnvelope,
    'the bytes of a message': (text) => decodeEnvelope(Buffer.from(text.slice(0, 1_000_000))),
    'the id in a message': (text) => decodeEnvelope(message({ StateId: text.slice(0, 900_000) })),
    'the time in a message': (text) => decodeEnvelope(message({ Timestamp: text.slice(0, 900_000) })),
    'an error of the bus': (text) => feedErrorOfBus({ code: text, name: text, message: text }),
    'the address of the cloud': checkBaseUrl,
    'the path of the address': (text) => checkBaseUrl(`https://example.org/${text}`),
    'the path of a request': (text) => target('GET', text),
    'the query of a request': (text) => target('GET', `/api/chargers?${text}`),
    'the warning about a path': (text) => undocumentedWarning('GET', `/api/${text}`),
    'a Retry-After': (text) => retryAfter(text, 0),
    'the body of an error': (text) => attemptError({ kind: 'answer', status: 400, text }, CALL, 1, ['secret-word']),
    'the text of an error': (text) =>
      attemptError({ kind: 'answer', status: 400, text: JSON.stringify({ details: text }) }, CALL, 1, ['secret-word']),
    'an error': (text) => zaptecError('INPUT_INVALID', text),
    'the removal of secrets': (text) => redact(text, ['secret-word', '000000', '      ']),
    'a command': (text) => parseCommand(text, { ids: true }),
    'the settings of a charger': (text) => checkSettings(CHARGER, { maxChargeCurrent: text, [text]: 1 }),
    'the settings of an installation': (text) => checkSettings(INSTALLATION, { availableCurrent: text }),
    'the record of a write': (text) => recordFrom({ target: text, sentAt: text, currents: text }),
  }); // prettier-ignore

  const ids = [...constantsTable().observations.keys()];
  itStaysFast({
    'no observation': (text) => {
      const id = ids[text.length % ids.length] ?? 0;
      readObservation({ chargerId: CHARGER_ID, stateId: id, valueAsString: text, timestamp: text }, 'Apollo');
    },
  });
});
