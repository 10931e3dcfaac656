import { expect } from 'chai';
import { Anonymizer } from '../../../src/diagnostics/anonymous';

const ID = '0a1b2c3d-0000-4000-8000-0000000000a1';
const OTHER = '0a1b2c3d-0000-4000-8000-0000000000a2';

describe('an anonymous text', () => {
  const hidden = (text: string, names: string[] = []) => new Anonymizer(names).text(text);

  it('has numbers in the place of ids, the same for the same id', () => {
    const anonymizer = new Anonymizer([]);
    expect(anonymizer.text(`${ID} and ${OTHER}, again ${ID.toUpperCase()}`)).to.equal(
      '[id 1] and [id 2], again [id 1]',
    );
    expect(anonymizer.id(OTHER)).to.equal('[id 2]');
  });

  const TEXTS: [text: string, anonymous: string][] = [
    ['No charger "Ada\'s car"', 'No charger "…"'],
    ['ask ada.berg@example.org', 'ask [e-mail]'],
    ['charger ZAP012345 is away', 'charger [serial] is away'],
    ['redis://:word@10.0.0.1:6379 refuses', '[address] refuses'],
    ['/home/ada/.node-red/zaptec/a/b.json cannot be written (EACCES)', '[file] cannot be written (EACCES)'],
    ['C:\\Users\\ada\\zaptec.json cannot be written', '[file] cannot be written'],
    ['GET /api/chargers/{id}/state got no answer', 'GET /api/chargers/{id}/state got no answer'],
    ['Zaptec does not document GET /api/ada/cards?q=1', 'Zaptec does not document GET /api/…/…?…=…'],
    ['needs the owner or service role', 'needs the owner or service role'],
  ];
  for (const [text, anonymous] of TEXTS) {
    it(`of ${text}`, () => expect(hidden(text)).to.equal(anonymous));
  }

  it('has no name that is known, the longest first', () => {
    expect(hidden('Home of Ada, Home', ['Home', 'Home of Ada', ''])).to.equal('[name], [name]');
  });

  it('has no part of a name that is longer than what is shown, and none without the blanks around it', () => {
    const long = 'Ada Berg '.repeat(400);
    expect(hidden(`${'x'.repeat(1_990)} ${long} is offline`, [long])).not.to.match(/Ada|Berg/);
    expect(hidden('Home of Ada, offline', ['Home of Ada '])).to.equal('[name], offline');
  });
});
