import { randomUUID } from 'node:crypto';
import type { Asked, CurrentConnection } from '../../src/cluster/current-connection';
import type { AgedWrite, CurrentAnswer, CurrentQuestion } from '../../src/cluster/current-script';
import { ANNOUNCED_MS, LEAVES_MS } from '../../src/cluster/shared-current';
import { clock } from '../../src/time/clock';

interface StoredWrite {
  id: string;
  at: number;
  doneAt: number | undefined;
  early: readonly number[];
  value: string;
  machine: string;
}

interface StoredLimit {
  machine: string;
  session: string;
  by: string;
  at: number;
  value: string;
}

/** What the connection of a machine is asked for. */
type Connected = Pick<CurrentConnection, 'machine' | 'session' | 'mode' | 'hasJoined' | 'listen' | 'settled' | 'ask'>;

/**
 * What machines share about one current, in memory in the place of Redis. It grants, keeps and tells what
 * `src/cluster/current-script.ts` does; it is never emptied, and knows nothing of damage and of a time of grace.
 */
export class CurrentStore {
  /** No machine gets an answer. */
  isAway = false;
  /** When each machine was last there, ms of `clock.steady()`. */
  readonly seen = new Map<string, number>();
  readonly #limits = new Map<string, StoredLimit>();
  #record: StoredWrite | undefined;
  #announced: StoredWrite | undefined;
  #changes = 0;

  /** A process of a machine; another one of the same machine has another session. */
  connect(machine: string): CurrentConnection {
    const session = randomUUID();
    const mode = () => (this.isAway ? 'alone' : 'shared');
    const connection: Connected = {
      machine,
      session,
      get mode() {
        return mode();
      },
      hasJoined: true,
      listen: () => () => undefined,
      settled: () => Promise.resolve(),
      ask: (_name, question) => Promise.resolve(this.#asked(question)),
    };
    return connection as CurrentConnection;
  }

  #asked(question: CurrentQuestion): Asked | undefined {
    if (this.isAway) return undefined;
    const now = clock.steady();
    return { answer: this.#answer(question, now), askedAt: now, answeredAt: now };
  }

  #answer(question: CurrentQuestion, now: number): CurrentAnswer {
    const { machine, session, announce, finish, look } = question;
    this.#expire(now);
    const isUpToDate = question.seen === String(this.#changes);
    this.seen.set(machine, now);
    this.#keepLimits(question, now);
    if (question.record && now - question.record.age > (this.#record?.at ?? -Infinity)) {
      this.#keep(written(question.record, machine, now));
    }
    if (finish) {
      if (this.#announced?.id === finish.id) this.#announce(undefined);
      if (finish.record) this.#keep(written(finish.record, machine, now));
    }
    const answer: CurrentAnswer = { now, rev: '', known: true };
    if (question.renew !== undefined && this.#announced?.id === question.renew) {
      this.#announce({ ...this.#announced, at: now });
      answer.renewed = true;
    }
    const announced = this.#announced;
    if (announce && !isUpToDate) answer.wait = 0;
    else if (announce && announced && announced.machine !== machine) answer.wait = announced.at + ANNOUNCED_MS - now;
    else if (announce) {
      answer.granted = true;
      this.#announce({ id: announce.id, value: announce.value, machine, at: now, doneAt: undefined, early: [] });
    }
    answer.rev = String(this.#changes);
    if (question.seen !== answer.rev) {
      const limits = [...this.#limits.values()].filter((one) => one.machine !== machine || one.session !== session);
      answer.state = {
        ...(this.#record ? { record: aged(this.#record, now) } : {}),
        ...(this.#announced ? { announced: aged(this.#announced, now) } : {}),
        limits: limits.map(({ at, ...limit }) => ({ ...limit, age: now - at })),
      };
    }
    if (look) answer.machines = [...this.seen].map(([name, at]) => ({ machine: name, age: now - at }));
    return answer;
  }

  /** Nobody says any more how the announced write ended: it counts as sent at the last moment at which it may have left. */
  #expire(now: number): void {
    const announced = this.#announced;
    if (!announced || now < announced.at + ANNOUNCED_MS) return;
    this.#announce(undefined);
    this.#keep({ ...announced, at: announced.at + LEAVES_MS, doneAt: this.#record?.doneAt });
  }

  #keepLimits({ machine, session, limits, gone = [], remove }: CurrentQuestion, now: number): void {
    if (limits) {
      for (const [key, limit] of this.#limits) {
        if (limit.machine === machine && limit.session === session) this.#limits.delete(key);
      }
      for (const { by, age, value } of limits) {
        this.#limits.set(`${machine}|${by}`, { machine, session, by, value, at: now - age });
      }
    }
    const dropped = [...gone.map((by) => ({ machine, by })), ...(remove ? [remove] : [])];
    for (const one of dropped) this.#limits.delete(`${one.machine}|${one.by}`);
    if (limits || dropped.length > 0) this.#changes += 1;
  }

  #keep(write: StoredWrite): void {
    this.#record = write;
    this.#changes += 1;
  }

  #announce(write: StoredWrite | undefined): void {
    this.#announced = write;
    this.#changes += 1;
  }
}

function written({ id, age, doneAge, early = [], value }: AgedWrite, machine: string, now: number): StoredWrite {
  const times = Array.isArray(early) ? early.map((one) => now - one) : [];
  return { id, value, machine, at: now - age, doneAt: doneAge === undefined ? undefined : now - doneAge, early: times };
}

function aged({ id, at, doneAt, early, value, machine }: StoredWrite, now: number): AgedWrite {
  const doneAge = doneAt === undefined ? undefined : now - doneAt;
  return { id, age: now - at, doneAge, early: early.map((time) => now - time), value, machine };
}
