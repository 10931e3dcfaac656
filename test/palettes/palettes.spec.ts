import { readFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import type { AddressInfo, Server } from 'node:net';
import path from 'node:path';
import type { Readable } from 'node:stream';
import { setTimeout as sleep } from 'node:timers/promises';
import { expect } from 'chai';
import { DateTime } from 'luxon';
import { palette } from '../../scripts/palettes';
import { startSimulator, type Simulator } from '../../simulator/index';
import { startNodeRed, type FlowNode, type NodeRed } from '../editor/fixture/node-red';
import { accountOf } from '../support/node-red/harness';
import { ROOT } from '../package/support';

/** Long enough for a native module that has to be compiled. */
const INSTALL_MS = 600_000;
const SOON_MS = 60_000;
/** That of the installation. */
const ZONE = 'Europe/Oslo';

interface Mail {
  subject: string;
  text: string;
  from: { text: string };
  to: { text: string };
  attachments: { filename: string; content: Buffer }[];
}
interface Session {
  envelope: { rcptTo: { address: string }[] };
}
interface Received {
  recipients: string[];
  mail: Mail;
}
type Row = Record<string, string | number | null>;

/** Writes what the sessions node shows into a file. */
const WATCH: FlowNode[] = [
  { id: 'status', type: 'status', z: 'zaptec-session-ledger-sqlite-tab', scope: ['l-news'], wires: [['text']] },
  {
    id: 'text',
    type: 'change',
    z: 'zaptec-session-ledger-sqlite-tab',
    rules: [{ t: 'set', p: 'payload', pt: 'msg', to: 'status.text', tot: 'msg' }],
    wires: [['file']],
  },
  {
    id: 'file',
    type: 'file',
    z: 'zaptec-session-ledger-sqlite-tab',
    filename: 'status.txt',
    filenameType: 'str',
    appendNewline: true,
    encoding: 'none',
    overwriteFile: 'false',
    wires: [[]],
  },
].map((node) => ({ x: 0, y: 0, ...node }));

/** A mail server that takes one user, and keeps what comes. The modules are those of the palette. */
async function mailServer(dir: string) {
  const load = createRequire(path.join(dir, 'package.json'));
  const { SMTPServer } = load('smtp-server') as { SMTPServer: new (options: object) => { server: Server } & Server };
  const { simpleParser } = load('mailparser') as { simpleParser: (stream: Readable) => Promise<Mail> };
  const mails: Received[] = [];
  const server = new SMTPServer({
    disabledCommands: ['STARTTLS'],
    allowInsecureAuth: true,
    onAuth({ username, password }: Record<string, string>, _: unknown, done: (error: unknown, user?: object) => void) {
      if (username === 'installer@example.org' && password === 'the password of the mail')
        done(null, { user: username });
      else done(new Error('wrong'));
    },
    onData(stream: Readable, session: Session, done: () => void) {
      // The session begins anew with the next mail.
      const recipients = session.envelope.rcptTo.map(({ address }) => address);
      void simpleParser(stream).then((mail) => {
        mails.push({ recipients, mail });
        done();
      });
    },
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', () => resolve()));
  return { mails, port: (server.server.address() as AddressInfo).port, close: () => server.close() };
}

/** The rows of a table of a database that another process writes. */
function rowsOf(dir: string, file: string, query: string): Promise<Row[]> {
  const load = createRequire(path.join(dir, 'package.json'));
  const { Database } = load('sqlite3') as {
    Database: new (file: string) => {
      all(sql: string, done: (error: Error | null, rows: Row[]) => void): void;
      close(): void;
    };
  };
  const database = new Database(file);
  return new Promise((resolve) =>
    database.all(query, (error, rows) => {
      database.close();
      // The table is not there before the flow has made it.
      resolve(error ? [] : rows);
    }),
  );
}

describe('the examples that need another palette', function () {
  this.timeout(INSTALL_MS);
  let cloud: Simulator;
  let red: NodeRed | undefined;
  beforeEach(async () => {
    cloud = await startSimulator({ scenario: 'home', speed: 0 });
  });
  afterEach(async () => {
    await red?.stop();
    await cloud.stop();
  });

  /** An example with the connection of somebody, and with what its note asks for. */
  const deploy = async (
    name: string,
    packages: { [name: string]: string },
    over: Record<string, object> = {},
    credentials = {},
    more: FlowNode[] = [],
  ) => {
    red = await startNodeRed({ packages, settings: { contextStorage: { default: { module: 'localfilesystem' } } } });
    const flow = JSON.parse(readFileSync(path.join(ROOT, `examples/${name}.json`), 'utf8')) as FlowNode[];
    const id = flow.find(({ type }) => type === 'zaptec-connection')!.id;
    const own: Record<string, object> = { [id]: { cloud: 'custom', baseUrl: cloud.baseUrl }, ...over };
    const [account] = Object.values(accountOf(cloud));
    await red.deploy([...flow.map((node) => ({ ...node, ...own[node.id] })), ...more], {
      [id]: account,
      ...credentials,
    });
  };
  const press = async (id: string) => {
    for (let tries = 0; tries < 50; tries += 1) {
      if ((await red!.admin(`/inject/${id}`, { method: 'POST' })).ok) return;
      await sleep(100);
    }
    throw new Error(`no button ${id}`);
  };
  /** The other process cannot call us. */
  const until = async <T>(what: string, look: () => Promise<T | undefined> | T | undefined): Promise<T> => {
    const end = Date.now() + SOON_MS;
    while (Date.now() < end) {
      const found = await look();
      if (found !== undefined) return found;
      await sleep(100);
    }
    throw new Error(`${what} has not come:\n${red?.log()}`);
  };

  it('monthly-bill-email sends the bill to the address of the mail', async () => {
    const dir = palette('node-red-node-email', '5');
    const server = await mailServer(dir);
    try {
      await deploy(
        'monthly-bill-email',
        { 'node-red-node-email': dir },
        { 'm-send': { server: '127.0.0.1', port: String(server.port), secure: false, tls: false } },
        { 'm-send': { userid: 'installer@example.org', password: 'the password of the mail' } },
      );
      await press('m-go');
      const { recipients, mail } = await until('the mail', () => server.mails[0]);
      expect(recipients).to.deep.equal(['somebody@example.org']);
      expect(mail.from.text).to.equal('installer@example.org');
      const month = lastMonth(cloud.world.now);
      expect(mail.subject).to.equal(`Charging: ${month}`);
      expect(mail.text).to.match(/attached/);
      expect(mail.attachments.map(({ filename }) => filename)).to.deep.equal(['bill.csv']);
      const [head = '', ...lines] = mail.attachments[0]!.content.toString().trim().split('\r\n');
      const columns = head.split(',');
      const sum = (column: string, factor: number) =>
        lines.reduce((all, line) => all + Math.round(Number(line.split(',')[columns.indexOf(column)]) * factor), 0);
      const truth = cloud.world.archive.sums({ by: 'month', zone: ZONE })[month];
      expect({ wh: sum('energyKwh', 1000), sessions: sum('sessions', 1) }).to.deep.equal(truth);
      expect(sum('cost', 100)).to.equal(sum('costTariff', 100) + sum('costFixed', 100));
      expect(complaints(red!.log())).to.deep.equal([]);
    } finally {
      server.close();
    }
  });

  it('session-ledger-sqlite has one row for each session, and changes it when the session is voided', async () => {
    const dir = palette('node-red-node-sqlite', '1');
    await deploy('session-ledger-sqlite', { 'node-red-node-sqlite': dir }, {}, {}, WATCH);
    const file = path.join(red!.userDir, 'zaptec-ledger.db');
    const ledger = () => rowsOf(dir, file, 'select * from sessions order by id');
    const { archive } = cloud.world;
    const truth = archive.ended({ from: cloud.world.now - 35 * 86_400_000, to: cloud.world.now }, 10_000);
    expect(truth).to.have.lengthOf.above(20);
    await until('the table', async () =>
      (await rowsOf(dir, file, 'select count(*) from sessions')).length > 0 ? true : undefined,
    );
    await press('l-go');
    const all = async () => ((await ledger()).length >= truth.length ? ledger() : undefined);
    const rows = await until('the ledger', all);
    expect(rows.map(({ id }) => id)).to.have.members(truth.map(({ id }) => id));
    const wh = (row: Row) => Math.round(Number(row['energyKwh']) * 1000);
    const billable = truth.filter(({ voided, replacedBy }) => voided !== true && replacedBy === undefined);
    const paid = rows.filter((row) => row['billable'] === 1);
    expect(paid.map(({ id }) => id)).to.have.members(billable.map(({ id }) => id));
    expect(paid.reduce((sum, row) => sum + wh(row), 0)).to.equal(
      billable.reduce((sum, { readings }) => sum + Math.round((readings.at(-1)?.energyKwh ?? 0) * 1000), 0),
    );
    const statuses = () => readFileSync(path.join(red!.userDir, 'status.txt'), 'utf8').split('\n');
    await until('the acknowledgement', () => statuses().find((text) => text === 'acknowledged'));
    const [first, second] = billable as [(typeof truth)[number], (typeof truth)[number]];
    first.voided = true;
    await rowsOf(dir, file, `delete from sessions where id = '${second.id}'`);
    await press('l-go');
    const voided = await until('the correction', async () =>
      (await ledger()).find((row) => row['id'] === first.id && row['change'] === 'voided'),
    );
    expect(voided['billable']).to.equal(0);
    // What was acknowledged does not come again, so that the row which was taken away stays away.
    expect((await ledger()).map(({ id }) => id)).to.have.members(
      truth.map(({ id }) => id).filter((id) => id !== second.id),
    );
    expect(complaints(red!.log())).to.deep.equal([]);
  });
});

/** What Node-RED says of every start is left out. */
const complaints = (log: string): string[] =>
  log
    .split('\n')
    .filter((line) => /\[(error|warn)\]/.test(line) && !/Projects disabled|Encrypted credentials/.test(line));

/** The month before, `yyyy-MM`. */
const lastMonth = (now: number): string =>
  DateTime.fromMillis(now, { zone: ZONE }).minus({ months: 1 }).toFormat('yyyy-MM');
