import type { NodeDef } from 'node-red';
import { addressOf, labelOf, problemOf, readConnection, type ConnectionConfig } from '../../nodes/connection/settings';
import { asError } from '../../nodes/shared/errors';
import { topicOf } from '../../nodes/shared/message';
import { CHARGER, SUBSCRIBE } from '../../nodes/shared/properties';
import { referenceOf } from '../../nodes/shared/references';
import { readSettings } from '../../nodes/shared/settings';
import { isTrue } from '../../nodes/shared/message';
import { readQuantity } from '../../nodes/update-current/input';
import { itStaysFast } from '../support/long-texts';

const every = (table: object, text: string) =>
  ({
    type: 'zaptec-x',
    id: 'x',
    ...Object.fromEntries(Object.keys(table).map((name) => [name, text])),
  }) as unknown as NodeDef;
const connection = (text: string): ConnectionConfig =>
  readConnection({ type: 'zaptec-connection', id: 'x', z: '', cloud: 'custom', baseUrl: text, speed: text } as never, {
    username: text,
    password: text,
    redisUrl: text,
  });

describe('texts of a megabyte', () => {
  itStaysFast({
    'the current of a message': (text) => readQuantity(text, 'A'),
    'the unit of a message': (text) => readQuantity({ value: 1, unit: text }, 'A'),
    'msg.reset': isTrue,
    'the settings of a connection': connection,
    'the address of a connection': (text) => addressOf({ cloud: 'custom', baseUrl: text }),
    'the path of a connection': (text) => addressOf({ cloud: 'custom', baseUrl: `https://example.org/${text}` }),
    'the check of a connection': (text) => problemOf(connection(text)),
    'the name of a connection': (text) => labelOf({ ...connection(text), name: '' }),
    'the settings of a charger node': (text) => readSettings(CHARGER, every(CHARGER, text)),
    'the settings of a subscribe node': (text) => readSettings(SUBSCRIBE, every(SUBSCRIBE, text)),
    'a reference': (text) => referenceOf(text, 'charger'),
    'a topic': (text) => topicOf({ installation: { id: '', name: text } }, 'state'),
    'an error': (text) => asError(new Error(text), ['secret-word']),
  });
});
