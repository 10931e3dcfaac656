import { expect } from 'chai';
import { ActiveTokens } from '../../../src/http/active-tokens';
import { failureOf } from '../../support/failure';

/** The tokens of one password, as `TokenSource` has them. */
class Tokens {
  readonly secrets: string[];
  readonly invalidated: string[] = [];
  current: string | undefined;
  isRefused = false;
  /** What Zaptec answers to a login. */
  answers: 'a token' | 'wrong password' = 'a token';

  constructor(readonly name: string) {
    this.secrets = [`secret of ${name}`];
  }

  async get(): Promise<string> {
    await Promise.resolve();
    this.isRefused = this.answers === 'wrong password';
    if (this.isRefused) throw new Error(`${this.name} is refused`);
    return (this.current = `token of ${this.name}`);
  }

  invalidate(token: string): void {
    this.invalidated.push(token);
  }
}

describe('the credentials in charge of an account', () => {
  let active: ActiveTokens;
  let first: Tokens;
  let second: Tokens;

  beforeEach(() => {
    active = new ActiveTokens();
    first = new Tokens('first');
    second = new Tokens('second');
  });

  it('are those that came first, until others have logged in', async () => {
    active.offer(first);
    active.offer(second);
    expect(await active.get()).to.equal('token of first');
    active.worked(second);
    expect(await active.get()).to.equal('token of second');
    expect(active.current).to.equal('token of second');
  });

  it('stay in charge when they are offered once more, or others are', async () => {
    active.offer(first);
    active.worked(second);
    active.offer(first);
    active.offer(new Tokens('third'));
    expect(await active.get()).to.equal('token of second');
  });

  it('give way to the ones that are offered after a refusal', async () => {
    active.offer(first);
    first.isRefused = true;
    expect(active.isRefused).to.equal(true);
    active.offer(second);
    expect(active.isRefused).to.equal(false);
    expect(await active.get()).to.equal('token of second');
  });

  it('are replaced within the call in which they are refused', async () => {
    active.offer(first);
    active.offer(second);
    first.answers = 'wrong password';
    expect(await active.get()).to.equal('token of second');
    expect(active.isRefused).to.equal(false);
  });

  it('are the newest where all are refused, and the error is theirs', async () => {
    for (const tokens of [first, second]) {
      active.worked(tokens);
      tokens.answers = 'wrong password';
      tokens.isRefused = true;
    }
    expect(active.isRefused).to.equal(true);
    expect((await failureOf(active.get())).message).to.equal('second is refused');
  });

  it('are none before a client was opened', async () => {
    expect(active.current).to.equal(undefined);
    expect(active.isRefused).to.equal(false);
    expect(active.secrets).to.deep.equal([]);
    expect((await failureOf(active.get())).message).to.equal('No client was opened yet');
  });

  it('hide the secrets of all, and forget a token of any', () => {
    active.offer(first);
    active.offer(second);
    active.invalidate('a token');
    expect(active.secrets).to.have.members(['secret of first', 'secret of second']);
    for (const { invalidated } of [first, second]) expect(invalidated).to.deep.equal(['a token']);
  });

  it('are never themselves', () => {
    active.offer(active);
    active.worked(active);
    expect(active.secrets).to.deep.equal([]);
  });
});
