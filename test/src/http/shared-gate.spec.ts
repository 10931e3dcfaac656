import { expect } from 'chai';
import type { Haste, PermitMode, SharedPermit } from '../../../src/cluster/shared-permits';
import { endQueue, jobQueue } from '../../../src/http/job-queue';
import { SharedGate, type PermitSource } from '../../../src/http/shared-gate';

const LENGTH_MS = 1_010;

/** Permits that a test grants one by one. */
class Permits implements PermitSource {
  mode: PermitMode = 'shared';
  hurried = 0;
  readonly asked: { lengthMs: number; haste: () => Haste }[] = [];
  readonly returned: string[] = [];
  readonly late = new Set<string>();
  readonly #waiting: ((permit: SharedPermit | undefined) => void)[] = [];

  acquire(lengthMs: number, haste: () => Haste): Promise<SharedPermit | undefined> {
    this.asked.push({ lengthMs, haste });
    return new Promise((resolve) => this.#waiting.push(resolve));
  }

  hurry(): void {
    this.hurried += 1;
  }

  isFresh({ id }: SharedPermit): boolean {
    return !this.late.has(id);
  }

  giveBack({ id }: SharedPermit): void {
    this.returned.push(id);
  }

  /** Whether somebody waits for one. */
  get isWanted(): boolean {
    return this.#waiting.length > 0;
  }

  /** @param id undefined when Redis is away */
  async grant(id: string | undefined): Promise<void> {
    this.#waiting.shift()?.(id === undefined ? undefined : { id, earliestAt: 0, slackMs: 0, coveredMs: LENGTH_MS });
    await settled();
  }
}

/** Lets the queue do what it can: it starts a job with a timer of 0 ms, a later one from the end of that. */
async function settled(): Promise<void> {
  for (let turn = 0; turn < 12; turn += 1) await new Promise((resolve) => setTimeout(resolve));
}

describe('the gate of the permits that all machines share', () => {
  const PRIORITY = { urgent: 1, prompt: 4, paced: 8 } as const;
  let permits: Permits;
  let queue: ReturnType<typeof jobQueue>;
  let gate: SharedGate;
  let sent: string[];

  beforeEach(() => {
    permits = new Permits();
    queue = jobQueue({ reservoir: 0 });
    gate = new SharedGate(queue, permits, () => LENGTH_MS);
    sent = [];
  });
  afterEach(() => endQueue(queue));

  /** @param isNeeded false for a job that sends nothing when its turn comes */
  const wait = async (haste: Haste, name: string, isNeeded = true) => {
    queue
      .schedule({ priority: PRIORITY[haste] }, async () => {
        gate.waited(haste);
        if (isNeeded) sent.push(`${name} with ${gate.take()?.id ?? 'nothing'}`);
        else gate.skip();
        await Promise.resolve();
      })
      .catch(() => undefined);
    gate.wait(haste);
    await settled();
  };

  it('lets no job in without a permit', async () => {
    await wait('prompt', 'read');
    expect(sent).to.deep.equal([]);
    await permits.grant('a');
    expect(sent).to.deep.equal(['read with a']);
    expect(permits.isWanted, 'no job waits any longer').to.equal(false);
    expect(permits.returned).to.deep.equal([]);
  });

  it('asks for one permit at a time, for as long as a request counts', async () => {
    for (const name of ['one', 'two', 'three']) await wait('prompt', name);
    expect(permits.asked).to.have.length(1);
    expect(permits.asked[0]?.lengthMs).to.equal(LENGTH_MS);
    for (const id of ['a', 'b', 'c']) await permits.grant(id);
    expect(sent).to.deep.equal(['one with a', 'two with b', 'three with c']);
    expect(permits.asked).to.have.length(3);
    await wait('prompt', 'four');
    await permits.grant('d');
    expect(sent.at(-1)).to.equal('four with d');
  });

  it('gives the permit to the most urgent job, however late that came, and asks in its name', async () => {
    await wait('paced', 'background');
    const { haste } = permits.asked[0]!;
    expect(haste()).to.equal('paced');
    await wait('prompt', 'read');
    expect(haste()).to.equal('prompt');
    expect(permits.hurried).to.equal(0);
    await wait('urgent', 'command');
    expect(haste()).to.equal('urgent');
    expect(permits.hurried).to.equal(1);
    await permits.grant('a');
    expect(sent).to.deep.equal(['command with a']);
    expect(haste()).to.equal('prompt');
    await permits.grant('b');
    expect(haste()).to.equal('paced');
    await permits.grant('c');
    expect(sent).to.deep.equal(['command with a', 'read with b', 'background with c']);
  });

  it('hands a permit on from a job that sends nothing, and gives it back where no other job waits', async () => {
    await wait('prompt', 'one', false);
    await wait('prompt', 'two');
    await permits.grant('a');
    expect(sent).to.deep.equal(['two with a']);
    expect(permits.returned).to.deep.equal([]);
    await wait('prompt', 'three', false);
    await permits.grant('b');
    expect(permits.returned).to.deep.equal(['b']);
    expect(permits.isWanted).to.equal(false);
  });

  it('gives a permit back that came too late to be used', async () => {
    permits.late.add('a');
    await wait('prompt', 'read');
    await permits.grant('a');
    expect(sent).to.deep.equal(['read with nothing']);
    expect(permits.returned).to.deep.equal(['a']);
    await wait('prompt', 'read again');
    await permits.grant('b');
    expect(sent.at(-1)).to.equal('read again with b');
    expect(permits.returned).to.deep.equal(['a']);
  });

  it('has a permit for one job only, and none where nobody was let in', async () => {
    await wait('prompt', 'read');
    await permits.grant('a');
    expect(gate.take()).to.equal(undefined);
    gate.skip();
    expect(sent).to.deep.equal(['read with a']);
  });

  it('stops while Redis is away, and goes on when it is opened again', async () => {
    await wait('prompt', 'read');
    permits.mode = 'alone';
    await permits.grant(undefined);
    await wait('prompt', 'another');
    expect(permits.isWanted).to.equal(false);
    permits.mode = 'shared';
    gate.open();
    gate.open();
    expect(permits.asked).to.have.length(2);
    await permits.grant('a');
    await permits.grant('b');
    expect(sent).to.deep.equal(['read with a', 'another with b']);
  });

  it('gives a permit back when Redis went away before a job could take it', async () => {
    await wait('prompt', 'read');
    permits.mode = 'alone';
    await permits.grant('a');
    expect(permits.returned).to.deep.equal(['a']);
    expect(sent).to.deep.equal([]);
  });

  it('asks for nothing while the machine joins', async () => {
    permits.mode = 'joining';
    await wait('urgent', 'command');
    gate.open();
    await settled();
    expect(permits.asked).to.deep.equal([]);
  });

  it('opens again after a permit was withdrawn from a job that the queue then did not start', async () => {
    await wait('prompt', 'read');
    const granted = permits.grant('a');
    // What the limiter does in the moment in which Redis is lost, and in that of the return.
    for (let turn = 0; turn < 3; turn += 1) await Promise.resolve();
    permits.mode = 'alone';
    gate.withdraw();
    void queue.updateSettings({ reservoir: 0 });
    permits.mode = 'shared';
    void queue.updateSettings({ reservoir: 0 });
    gate.open();
    await granted;
    expect(permits.returned).to.deep.equal(['a']);
    await permits.grant('b');
    expect(sent).to.deep.equal(['read with b']);
    expect(permits.isWanted, 'no job waits any longer').to.equal(false);
  });

  it('opens where it was to open in the moment in which it ended', async () => {
    await wait('prompt', 'read');
    permits.mode = 'alone';
    const granted = permits.grant(undefined);
    permits.mode = 'shared';
    gate.open();
    await granted;
    await permits.grant('b');
    expect(sent).to.deep.equal(['read with b']);
  });
});
