import { expect } from 'chai';
import { CHARGERS, GARAGE, HOME, NOBODY, SITE, ScriptedCloud } from '../../support/scripted-cloud';

describe('names that people type', () => {
  let cloud: ScriptedCloud;
  beforeEach(async () => (cloud = await ScriptedCloud.start()));
  afterEach(() => cloud.stop());

  for (const ref of [GARAGE, 'Garage', 'garage', ' Garage ', 'ZAP012345', GARAGE.toUpperCase()]) {
    it(`find the charger Garage by "${ref}"`, async () => {
      expect(await cloud.clock.until(cloud.client.resolve.charger(ref))).to.include({ id: GARAGE, name: 'Garage' });
    });
  }

  it('that are ambiguous give an error with the candidates', async () => {
    const error = await cloud.failing(cloud.client.resolve.charger('left'));
    expect(error.code).to.equal('AMBIGUOUS');
    expect(error.message).to.match(/2 chargers are called "left": .*ZAP012346 in Home; .*ZAP012347 in Site/);
    expect(await cloud.clock.until(cloud.client.resolve.charger('Left', { installationId: SITE }))).to.include({
      deviceId: 'ZAP012347',
    });
  });

  it('with many candidates give an error with some of them', async () => {
    const list = (length: number) => {
      const Data = Array.from({ length }, (_, i) => ({ ...CHARGERS[1], Id: `${GARAGE.slice(0, -1)}${i}` }));
      cloud.routes['/api/chargers'] = { Pages: 1, Data };
    };
    list(7);
    expect((await cloud.failing(cloud.client.resolve.charger('Left'))).message).to.contain('and 2 more');
    await cloud.clock.advance(3_700_000);
    list(5);
    const { message } = await cloud.failing(cloud.client.resolve.charger('Left'));
    expect(message).to.contain('5 chargers are called "Left"').and.not.to.contain('more');
  });

  it('that are unknown make the list be read again, but not each time', async () => {
    expect((await cloud.failing(cloud.client.resolve.installation('Hom'))).code).to.equal('NOT_FOUND');
    await cloud.clock.advance(60_000);
    expect((await cloud.failing(cloud.client.resolve.installation('Hom'))).message).to.contain(
      'No installation is called "Hom"; the nearest: Home',
    );
    await cloud.clock.advance(60_000);
    await cloud.failing(cloud.client.resolve.installation('Hom'));
    expect(cloud.server.seen.length).to.be.at.most(2);
  });

  it('find a charger that is new since the list was read, and look again after half an hour', async () => {
    const add = (id: string, name: string) => {
      const { Data } = cloud.routes['/api/chargers'] as { Data: unknown[] };
      cloud.routes['/api/chargers'] = { Pages: 1, Data: [...Data, { ...CHARGERS[0], Id: id, Name: name }] };
    };
    const find = (name: string) => cloud.client.resolve.charger(name);
    await cloud.failing(find('Attic'));
    add('0a1b2c3d-0000-4000-8000-0000000000b1', 'Attic');
    await cloud.clock.advance(60_000);
    expect(await cloud.clock.until(find('Attic'))).to.include({ name: 'Attic' });
    add('0a1b2c3d-0000-4000-8000-0000000000b2', 'Shed');
    await cloud.clock.advance(29 * 60_000);
    expect((await cloud.failing(find('Shed'))).code).to.equal('NOT_FOUND');
    await cloud.clock.advance(60_000);
    expect(await cloud.clock.until(find('Shed'))).to.include({ name: 'Shed' });
  });

  it('of an installation make its list be read again, also right after that of the chargers was', async () => {
    await cloud.clock.until(cloud.client.resolve.installation('Home'));
    await cloud.clock.until(cloud.client.chargers.list());
    await cloud.clock.advance(60_000);
    await cloud.failing(cloud.client.resolve.charger('Cabin'));
    cloud.routes['/api/installation'] = { Pages: 1, Data: [{ Id: HOME, Name: 'Cabin' }] };
    expect(await cloud.clock.until(cloud.client.resolve.installation('Cabin'))).to.include({ id: HOME });
  });

  it('mean the one in the same case where another one differs in case only', async () => {
    cloud.routes['/api/chargers'] = {
      Pages: 1,
      Data: [CHARGERS[1], { ...CHARGERS[2], Name: 'left' }, { ...CHARGERS[0], Name: 'LEFT', DeviceId: undefined }],
    };
    expect(await cloud.clock.until(cloud.client.resolve.charger('left'))).to.include({ deviceId: 'ZAP012347' });
    expect((await cloud.failing(cloud.client.resolve.charger('lEFT'))).message).to.contain('3 chargers are called');
  });

  it('are looked for in one installation only, also for the nearest', async () => {
    const inSite = (name: string) => cloud.failing(cloud.client.resolve.charger(name, { installationId: SITE }));
    const error = await inSite('Garage');
    expect(error.code).to.equal('NOT_FOUND');
    expect(error.message).to.match(/the nearest: Left\. /);
    expect((await cloud.failing(cloud.client.resolve.charger('Garag'))).message).to.contain('the nearest: Garage');
  });

  it('that are ids are the same in capital letters where the list lacks them', async () => {
    expect(await cloud.clock.until(cloud.client.resolve.charger(NOBODY.toUpperCase()))).to.deep.equal({ id: NOBODY });
  });

  it('that are ids need not be in the list', async () => {
    expect(await cloud.clock.until(cloud.client.resolve.charger(NOBODY))).to.deep.equal({ id: NOBODY });
    expect(await cloud.clock.until(cloud.client.resolve.charger(` ${NOBODY.toUpperCase()}`))).to.deep.equal({
      id: NOBODY,
    });
  });

  const chargers = (...names: (string | undefined)[]) => {
    const Data = names.map((Name, index) => ({ Id: `${GARAGE.slice(0, -1)}${index}`, Name, InstallationId: HOME }));
    cloud.routes['/api/chargers'] = { Pages: 1, Data };
    return Data.map(({ Id }) => Id);
  };

  it('find the one that is written exactly so, before those that differ in case', async () => {
    const [upper, lower] = chargers('LEFT', 'left', 'Left', 'Right');
    expect(await cloud.clock.until(cloud.client.resolve.charger('left'))).to.include({ id: lower });
    expect(await cloud.clock.until(cloud.client.resolve.charger('LEFT'))).to.include({ id: upper });
    expect((await cloud.failing(cloud.client.resolve.charger('lEFT'))).code).to.equal('AMBIGUOUS');
  });

  it('with five candidates give an error with all of them', async () => {
    chargers('Left', 'Left', 'Left', 'Left', 'Left');
    const { message } = await cloud.failing(cloud.client.resolve.charger('Left'));
    expect(message)
      .to.contain('5 chargers are called "Left"')
      .and.not.to.match(/ and \d+ more/);
  });

  it('that are unknown in one installation bring up no charger of another', async () => {
    const error = await cloud.failing(cloud.client.resolve.charger('Garages', { installationId: SITE }));
    expect(error.code).to.equal('NOT_FOUND');
    expect(error.message).to.not.contain('the nearest: Garage');
    expect((await cloud.failing(cloud.client.resolve.charger('Garages'))).message).to.contain('the nearest: Garage');
  });

  it('that are unknown bring up the id of what has no name', async () => {
    const [first] = chargers(undefined);
    const { message } = await cloud.failing(cloud.client.resolve.charger(first!.replace('0a1b', '0a1')));
    expect(message).to.contain(`; the nearest: ${first}`);
  });

  it('find what was added since the list was read, once in 30 minutes for each kind', async () => {
    const charger = (name: string) => cloud.client.resolve.charger(name);
    const installation = (name: string) => cloud.client.resolve.installation(name);
    await cloud.clock.until(charger('Garage'));
    chargers('Garage', 'Attic');
    await cloud.clock.advance(60_000);
    expect(await cloud.clock.until(charger('Attic'))).to.include({ name: 'Attic' });
    chargers('Garage', 'Attic', 'Cellar');
    cloud.routes['/api/installation'] = { Pages: 1, Data: [{ Id: HOME, Name: 'Home' }] };
    await cloud.clock.until(installation('Home'));
    cloud.routes['/api/installation'] = { Pages: 1, Data: [{ Id: HOME, Name: 'Cabin' }] };
    await cloud.clock.advance(30 * 60_000 - 1_000);
    expect((await cloud.failing(charger('Cellar'))).code).to.equal('NOT_FOUND');
    expect(await cloud.clock.until(installation('Cabin')), 'of the other kind').to.include({ id: HOME });
    await cloud.clock.advance(1_000);
    expect(await cloud.clock.until(charger('Cellar'))).to.include({ name: 'Cellar' });
  });

  it('find an installation', async () => {
    expect(await cloud.clock.until(cloud.client.resolve.installation('home'))).to.include({ id: HOME });
  });

  for (const [form, id] of [
    ['null', null],
    ['an object', {}],
  ] as const) {
    it(`are an error that names the field where the list has ${form} in the place of the id`, async () => {
      cloud.routes['/api/chargers'] = { Pages: 1, Data: [{ ...CHARGERS[0], Id: id }, CHARGERS[1]] };
      const error = await cloud.failing(cloud.client.resolve.charger('garage'));
      expect(error.code).to.equal('BAD_ANSWER');
      expect(error.message).to.contain(`Zaptec listed the charger "garage" with no usable text in the field Id`);
      expect((await cloud.failing(cloud.client.resolve.charger('Attic'))).code).to.equal('NOT_FOUND');
    });
  }
});
