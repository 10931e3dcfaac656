import { expect } from 'chai';
import fc from 'fast-check';
import { COMMANDS, isToggle, parseCommand, type CommandName } from '../../../src/commands/commands';
import { isZaptecError, type ZaptecError } from '../../../src/errors/zaptec-error';

/** As the charger node asks for it. */
const SOURCES = {
  payload: { name: 'msg.payload', ids: false },
  command: { name: 'msg.command', ids: true },
} as const;

function refused(value: unknown, from: 'payload' | 'command'): ZaptecError {
  try {
    parseCommand(value, SOURCES[from]);
  } catch (error) {
    if (isZaptecError(error)) return error;
    throw error;
  }
  throw new Error(`${String(value)} was accepted`);
}

describe('parseCommand', () => {
  const words: [unknown, CommandName][] = [
    [true, 'resume'],
    [1, 'resume'],
    ['on', 'resume'],
    [' ON ', 'resume'],
    ['true', 'resume'],
    [' True', 'resume'],
    ['1', 'resume'],
    ['false', 'pause'],
    ['0', 'pause'],
    ['Resume', 'resume'],
    [false, 'pause'],
    [0, 'pause'],
    ['off', 'pause'],
    ['pause', 'pause'],
    ['restart', 'restart'],
    ['upgrade-firmware', 'upgrade-firmware'],
    ['upgrade', 'upgrade-firmware'],
    ['deauthorize', 'deauthorize'],
    ['DEAUTHORISE', 'deauthorize'],
  ];
  for (const from of ['payload', 'command'] as const) {
    for (const [value, name] of words) {
      it(`msg.${from} ${JSON.stringify(value)} is ${name}`, () => {
        const { id, destructive } = COMMANDS[name];
        expect(parseCommand(value, SOURCES[from])).to.deep.equal({ name, id, destructive });
      });
    }
    const junk = ['start', 'stop', '', 'yes', '1.0', null, undefined, {}, [], ['pause'], '__proto__', 10n];
    for (const [index, value] of junk.entries()) {
      it(`msg.${from} of junk no. ${index} is refused`, () => {
        const error = refused(value, from);
        expect(error.code).to.equal('INPUT_INVALID');
        expect(error.message).to.match(new RegExp(`^msg\\.${from} .+ is not a command`));
        expect(error.cause.remedy).to.match(/pause, resume, restart/);
      });
    }
  }

  const ids: [number, CommandName][] = [
    [506, 'pause'],
    [507, 'resume'],
    [102, 'restart'],
    [200, 'upgrade-firmware'],
    [10001, 'deauthorize'],
  ];
  for (const [id, name] of ids) {
    it(`${id} is ${name} in msg.command alone`, () => {
      expect(parseCommand(id, SOURCES.command)).to.deep.equal({ name, id, destructive: COMMANDS[name].destructive });
      expect(parseCommand(` ${id} `, SOURCES.command).name).to.equal(name);
      expect(refused(id, 'payload').message).to.match(
        new RegExp(`^msg\\.payload ${id} is a number other than 0 and 1`),
      );
      expect(refused(id, 'payload').cause.remedy).to.equal('Use the name of the command in place of its id');
    });
  }

  it('takes digits in a text as a number in msg.command only', () => {
    expect(parseCommand('1', SOURCES.command).name).to.equal('resume');
    expect(refused('506', 'payload').message).to.contain('"506" is not a command');
  });

  it('refuses commands that Zaptec does not support for integrators, and names those it does', () => {
    for (const id of [2, 501, 502, 708, 10000, 19999]) {
      const error = refused(id, 'command');
      expect(error.message).to.contain(`${id} is a command that Zaptec does not support`);
      for (const [supported] of ids) expect(error.cause.remedy).to.contain(String(supported));
    }
  });

  it('refuses numbers that are no id', () => {
    for (const id of [-1, 1.5, 20_000, NaN, Infinity]) {
      expect(refused(id, 'command').message).to.contain('is not the id of a command');
      expect(refused(id, 'command').cause.remedy).to.contain('506 (pause), 507 (resume), 102 (restart)');
    }
  });

  it('accepts no number in a payload but 0 and 1', () => {
    const number = fc.oneof(fc.integer(), fc.double()).filter((n) => n !== 0 && n !== 1);
    fc.assert(fc.property(number, (n) => refused(n, 'payload').code === 'INPUT_INVALID'));
  });

  it('shows the value, or its type where it could be long', () => {
    const shown: [unknown, string][] = [
      [null, 'null'],
      [undefined, 'undefined'],
      [2, '2'],
      ['start', '"start"'],
      [{}, 'of type object'],
      [[], 'of type array'],
      [10n, 'of type bigint'],
    ];
    for (const [value, text] of shown)
      expect(refused(value, 'payload').message).to.match(new RegExp(`^msg.payload ${text} is`));
  });

  it('names the words that the caller understands beside the commands', () => {
    expect(refused('x', 'payload').cause.remedy).to.match(/, deauthorize, true or "on" to resume/);
    try {
      parseCommand('x', { also: ['toggle', 'status'] });
      expect.fail('accepted');
    } catch (error) {
      expect(isZaptecError(error) && error.message).to.match(/^command "x" is not a command/);
      expect(isZaptecError(error) && error.cause.remedy).to.contain('deauthorize, toggle, status, true or');
    }
  });

  it('has no number for an id where nobody says that there are ids', () => {
    expect(() => parseCommand(506)).to.throw('command 506 is a number other than 0 and 1');
  });

  it('takes a word with blanks around it up to 60 characters, and reads nothing longer', () => {
    expect(parseCommand('pause'.padStart(60), SOURCES.payload).name).to.equal('pause');
    expect(refused('pause'.padStart(61), 'payload').code).to.equal('INPUT_INVALID');
  });

  it('shows no more than the beginning of a long text', () => {
    expect(refused('x'.repeat(5_000), 'payload').message.length).to.be.lessThan(400);
  });
});

describe('isToggle', () => {
  it('knows the word in any casing, with blanks around it', () => {
    for (const text of ['toggle', 'Toggle', ' TOGGLE\n', 'toggle'.padEnd(60)])
      expect(isToggle(text), text).to.equal(true);
  });

  it('takes nothing else for it', () => {
    for (const value of ['', 'toggled', 'pause', 'toggle'.padEnd(61), ['toggle'], null, undefined, 1, true]) {
      expect(isToggle(value), String(value)).to.equal(false);
    }
  });
});

describe('COMMANDS', () => {
  it('repeats only what may be done twice, and asks permission for what ends something', () => {
    for (const [name, rule] of Object.entries(COMMANDS)) {
      const gentle = name === 'pause' || name === 'resume';
      expect(rule, name).to.include({ destructive: !gentle, repeatable: gentle });
    }
  });
});
