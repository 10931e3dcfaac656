import { callOf } from '../../simulator/audit/audited-call';
import { parseAddress } from '../../simulator/bus/addresses';
import { keyNameOf, refusalOf } from '../../simulator/bus/sas';
import { readArguments } from '../../simulator/cli/arguments';
import { checkOptions } from '../../simulator/options';
import { parseTime } from '../../simulator/rest/wire/times';
import { parseScenario } from '../../simulator/world/scenarios/index';
import { itStaysFast } from '../support/long-texts';

const WANTED = { audience: 'sb://bus/topic', keyName: 'k', key: 'k', now: 0 };

describe('texts of a megabyte', () => {
  itStaysFast({
    'an address of the bus': parseAddress,
    'a token of the bus': (text) => keyNameOf(`SharedAccessSignature ${text}`),
    'the resource of a token': (text) =>
      refusalOf(`SharedAccessSignature sr=${text}&sig=x&se=1&skn=k`, { ...WANTED, audience: text }),
    'a time': parseTime,
    'the zone of a time': (text) => parseTime(`2026-05-04T${text}`),
    'a scenario': parseScenario,
    'an argument': (text) => readArguments([`--port=${text}`, text]),
    'a host name': (text) => checkOptions({ hostNames: [text] }),
    'the path of a request': (text) => callOf({ path: text, query: '', method: 'GET' } as never),
  });
});
