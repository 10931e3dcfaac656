import { expect } from 'chai';
import { findSource, type SourceQuery } from '../../../../src/feed/bus/source';
import { refusal, ScriptedSources } from '../../../support/feed/scripted-sources';

const SITE = '0a1b2c3d-0000-4000-8000-000000000001';
const TYPED = '0a1b2c3d-0000-4000-8000-0000000000a1';
const OWN = '0a1b2c3d-0000-4000-8000-0000000000b1';
const LISTED = '0a1b2c3d-0000-4000-8000-0000000000c1';
const NOT_ENABLED = refusal(500, 'ZAPTEC_526');

describe('the order in which sources are tried', () => {
  let sources: ScriptedSources;
  const { signal } = new AbortController();

  beforeEach(() => {
    sources = new ScriptedSources();
    sources.supportGroup = { id: OWN };
    sources.groups = [{ id: LISTED }];
  });

  const find = (query: Partial<SourceQuery> = {}) =>
    findSource(sources.caller, sources.installations, { installationId: SITE, ...query }, signal);
  const group = (id: string) => `userGroups/${id}`;
  const READ = `the installation ${SITE}`;
  const closeAll = (error: unknown) => sources.close(error, ...[TYPED, OWN, LISTED].map(group), `installation/${SITE}`);

  it('begins with the group that was typed, in any casing', async () => {
    const { source, details } = (await find({ userGroup: TYPED.toUpperCase() })) as never;
    expect(source).to.deep.equal({ kind: 'group', id: TYPED });
    expect(details).to.include({ host: 'zap.servicebus.windows.net', topic: 'installation_1' });
    expect(sources.asked).to.deep.equal([group(TYPED)]);
  });

  it("goes on with the installation's own group", async () => {
    expect(await find()).to.deep.include({ source: { kind: 'group', id: OWN } });
    expect(sources.asked).to.deep.equal([READ, group(OWN)]);
  });

  it('ends with the installation, after the groups of the account where they may be looked up', async () => {
    closeAll(refusal(403));
    await find({ userGroup: TYPED, lookUpGroups: true, installationId: SITE.toUpperCase() });
    expect(sources.asked).to.deep.equal([
      ...[group(TYPED), `the installation ${SITE.toUpperCase()}`, group(OWN)],
      ...['/api/userGroups', group(LISTED), `installation/${SITE}`],
    ]);
    expect(new Set(sources.signals), 'all of them can be given up').to.deep.equal(new Set([signal]));
  });

  it('has no look-up that nobody allowed', async () => {
    closeAll(refusal(403));
    await find();
    expect(sources.asked).to.deep.equal([READ, group(OWN), `installation/${SITE}`]);
  });

  it('has each group once', async () => {
    closeAll(refusal(403));
    sources.supportGroup = { id: TYPED.toUpperCase() };
    sources.groups = [{ id: TYPED }, { id: LISTED.toUpperCase() }, { id: LISTED }];
    await find({ userGroup: TYPED, lookUpGroups: true });
    expect(sources.asked.filter((path) => path.startsWith('userGroups'))).to.deep.equal([group(TYPED), group(LISTED)]);
  });

  it('leaves out what is no id', async () => {
    closeAll(refusal(403));
    for (const supportGroup of [undefined, null, 'group', {}, { id: 7 }, { id: 'home' }]) {
      sources.asked.length = 0;
      sources.supportGroup = supportGroup;
      await find();
      expect(sources.asked, JSON.stringify(supportGroup)).to.deep.equal([READ, `installation/${SITE}`]);
    }
  });

  it('goes on where the installation and the groups cannot be read', async () => {
    sources.supportGroup = refusal(403);
    sources.groups = undefined;
    expect(await find({ lookUpGroups: true })).to.deep.include({ source: { kind: 'installation', id: SITE } });
  });

  for (const [name, groups] of [
    ['a bare list', [{ id: OWN }, null, 'group', { id: LISTED }]],
    ['a list with a frame', { data: [{ id: OWN }, null, 'group', { id: LISTED }], pages: 1 }],
  ] as const) {
    it(`has the groups from ${name}`, async () => {
      sources.supportGroup = undefined;
      sources.groups = groups;
      sources.close(refusal(403), group(OWN));
      expect(await find({ lookUpGroups: true })).to.deep.include({ source: { kind: 'group', id: LISTED } });
    });
  }

  it('has no groups in any other answer', async () => {
    for (const groups of [null, 'text', {}, { data: 'text' }]) {
      sources.supportGroup = undefined;
      sources.groups = groups;
      expect(await find({ lookUpGroups: true })).to.deep.include({ source: { kind: 'installation', id: SITE } });
    }
  });

  it('ends with an error that closes no source', async () => {
    sources.close(refusal(503), group(OWN));
    expect((await find()).error?.code).to.equal('BUS_NO_DETAILS');
    expect(sources.asked).to.deep.equal([READ, group(OWN)]);
  });

  it('goes on after each error that closes a source', async () => {
    for (const error of [refusal(403), NOT_ENABLED, refusal(404)]) {
      sources.close(error, group(OWN));
      expect(await find()).to.deep.include({ source: { kind: 'installation', id: SITE } });
    }
  });

  it('gives the reason of the group that was typed', async () => {
    closeAll(refusal(403));
    sources.close(refusal(404), group(TYPED));
    const { error } = await find({ userGroup: TYPED });
    expect(error?.code).to.equal('BUS_UNKNOWN');
    expect(error?.text).to.include(TYPED);
  });

  it('gives the reason of the installation where no group was typed', async () => {
    closeAll(refusal(403));
    sources.close(NOT_ENABLED, `installation/${SITE}`);
    expect((await find()).error?.code).to.equal('BUS_NOT_ENABLED');
  });
});
