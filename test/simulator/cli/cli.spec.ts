import { spawn } from 'node:child_process';
import { once } from 'node:events';
import path from 'node:path';
import { expect } from 'chai';
import { readArguments } from '../../../simulator/cli/arguments';
import { program } from '../../support/program';
import { Cloud } from '../../support/simulator/cloud';

const MAIN = path.join(__dirname, '../../../simulator/cli/main.ts');

/** Starts the command; `ready` resolves to its output once it is ready. */
function command(...args: string[]) {
  const child = spawn(process.execPath, [program(MAIN), ...args]);
  const said = { out: '', err: '' };
  child.stdout.on('data', (chunk: Buffer) => (said.out += chunk.toString()));
  child.stderr.on('data', (chunk: Buffer) => (said.err += chunk.toString()));
  const ended = once(child, 'close').then(([code]) => ({ code: code as number, ...said }));
  const ready = new Promise<string>((resolve) => {
    child.stdout.on('data', () => said.out.endsWith('\n') && resolve(said.out));
  });
  return { child, ready, ended };
}

describe('the command zaptec-simulator', () => {
  it('prints one line of JSON when it is ready, and stops cleanly', async () => {
    for (const signal of ['SIGTERM', 'SIGINT'] as const) {
      const { child, ready, ended } = command(
        '--json',
        '--port',
        '0',
        '--scenario',
        'home',
        '--seed',
        '2',
        '--speed',
        '5',
      );
      const line = await ready;
      const { baseUrl, page, amqpPort, accounts } = JSON.parse(line);
      expect(line.trim()).not.to.contain('\n');
      expect(amqpPort)
        .to.be.within(1, 65_535)
        .and.not.equal(Number(new URL(baseUrl as string).port));
      expect(page).to.equal(`${baseUrl as string}/simulator/`);
      expect(accounts.map(({ role }: { role: string }) => role)).to.deep.equal(['owner', 'service', 'user']);
      expect(Object.keys(accounts[0] as object)).to.have.members(['username', 'password', 'role']);
      const state: any = await (await fetch(`${page as string}state`)).json();
      expect([state.seed, state.speed]).to.deep.equal([2, 5]);
      child.kill(signal);
      expect(await ended).to.deep.equal({ code: 0, out: line, err: '' });
    }
  });

  it('prints its addresses and accounts for people', async () => {
    const { child, ready, ended } = command();
    const text = await ready;
    expect(text)
      .to.match(/http:\/\/127\.0\.0\.1:\d+\/simulator\//)
      .and.match(/amqp:\/\/127\.0\.0\.1:\d+/)
      .and.contain('owner@simulator.example');
    child.kill('SIGTERM');
    expect((await ended).code).to.equal(0);
  });

  it('prints its arguments with --help', async () => {
    const { code, out } = await command('--help').ended;
    expect(code).to.equal(0);
    for (const name of ['port', 'amqp-port', 'scenario', 'seed', 'season', 'date', 'speed', 'json'])
      expect(out).to.contain(`--${name}`);
  });

  it('exits 2 for a bad argument and 1 for a port in use', async () => {
    const cloud = await Cloud.start();
    const { port } = new URL(cloud.simulator.baseUrl);
    expect((await command('--season', 'monsoon').ended).err).to.equal(
      'zaptec-simulator: --season: "monsoon" is not possible; use one of any, winter, spring, summer, autumn\n',
    );
    expect((await command('--date', '2026-02-30').ended).err).to.equal(
      'zaptec-simulator: --date: "2026-02-30" is not possible; use a date such as 2026-06-21\n',
    );
    const [bad, taken, bus] = await Promise.all([
      command('--speed', 'fast').ended,
      command('--port', port).ended,
      command('--amqp-port', port).ended,
    ]);
    await cloud.simulator.stop();
    expect(bad).to.deep.equal({
      code: 2,
      out: '',
      err: 'zaptec-simulator: --speed: "fast" is not a number; use digits\n',
    });
    expect([taken.code, taken.out]).to.deep.equal([1, '']);
    expect(taken.err).to.match(new RegExp(`--port: ${port} is in use; choose another`));
    expect([bus.code, bus.out]).to.deep.equal([1, '']);
    expect(bus.err).to.match(new RegExp(`--amqp-port: ${port} is in use; choose another`));
  });

  it('names argument, value and remedy of a wrong argument', () => {
    const refusal = (...argv: string[]) => {
      try {
        readArguments(argv);
      } catch (error) {
        return (error as Error).message;
      }
      return 'accepted';
    };
    expect(refusal('--port', '70000')).to.equal('--port: 70000 is not possible; use 0 to 65535, 0 for any free one');
    expect(refusal('--amqp-port', '1.5')).to.match(/^--amqp-port: 1.5 is not possible; use 0/);
    expect(refusal('--scenario', 'fleet:0')).to.match(/^--scenario: "fleet:0" is not possible; use fleet:1 to /);
    expect(refusal('--sessions-per-day', '2')).to.equal(
      '--sessions-per-day: 2 is not possible; use a number from 0 to 1',
    );
    expect(refusal('--sessions-per-day', '0.5')).to.equal('accepted');
    expect(refusal('--seed', '')).to.match(/^--seed: "" is not a number/);
    expect(refusal('--host-name', 'https://api.zaptec.com')).to.match(/^--host-name: "https:.* without scheme/);
    expect(refusal('--host-name', 'a.example', '--host-name', 'b')).to.equal('accepted');
    expect(refusal('--colour')).to.match(/'--colour'.*--help/);
    expect(refusal('--port')).to.match(/'--port.*--help/);
    expect(refusal('extra')).to.match(/'extra'.*--help/);
    expect(refusal('--scenario', 'fleet:1000', '--amqp-port', '0')).to.equal('accepted');
  });
});
