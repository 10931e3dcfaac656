import { execFile } from 'node:child_process';
import { mkdtempSync, readdirSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { promisify } from 'node:util';
import { expect } from 'chai';
import { Cloud } from '../support/simulator/cloud';

const run = promisify(execFile);
const DOCS = readdirSync('docs').filter((name) => name.endsWith('.md'));
const PAGES = ['README.md', ...DOCS.map((name) => `docs/${name}`)];

/** The curl commands in code blocks of the shell, with their continuation lines, and in running text. */
function curlCommands(text: string): string[] {
  const blocks = [...text.matchAll(/^```sh\n([^]*?)^```/gm)].map(([, block = '']) => block.trim());
  const inBlocks = blocks.filter((block) => block.includes('curl '));
  const inText = [...text.matchAll(/`(curl [^`]+)`/g)].map(([, command = '']) => command);
  return [...inBlocks, ...inText];
}

/** The calls in tables and text, such as `POST /simulator/clock`, with the JSON that follows them in the same line. */
function calls(text: string): { method: string; path: string; body: string | undefined }[] {
  return text.split('\n').flatMap((line) =>
    [...line.matchAll(/`(GET|POST|PUT) (\/simulator[^\s`]*)`/g)].map(([, method = '', target = '']) => ({
      method,
      path: target.replace('{charger}', 'Garage').replace('{name}', 'server-503'),
      body: [...line.matchAll(/`(\{[^`]*\})`/g)].map(([, json = '']) => json).find(isJson),
    })),
  );
}

function isJson(text: string): boolean {
  try {
    JSON.parse(text);
    return true;
  } catch {
    return false;
  }
}

describe('the calls of the documentation', () => {
  let cloud: Cloud;
  let secure: Cloud;
  let folder: string;
  beforeEach(async () => {
    [cloud, secure] = await Promise.all([Cloud.start(), Cloud.start({ tls: true })]);
    folder = mkdtempSync(path.join(tmpdir(), 'zaptec-calls-'));
  });
  afterEach(async () => {
    await Promise.all([cloud, secure].map(({ simulator }) => simulator.stop()));
    rmSync(folder, { recursive: true });
  });

  it('work with curl as they are printed', async () => {
    for (const command of PAGES.flatMap((page) => curlCommands(readFileSync(page, 'utf8')))) {
      const here = command
        .replaceAll(/http:\/\/127\.0\.0\.1:(?:8080|PORT)/g, cloud.simulator.baseUrl)
        .replaceAll('https://127.0.0.1:443', secure.simulator.baseUrl);
      expect(here, command)
        .to.match(/\/127\.0\.0\.1:\d{4,5}\//)
        .and.not.to.equal(command);
      const { stdout } = await run('sh', ['-c', here], { cwd: folder });
      expect(stdout, command).not.to.contain('"error"');
    }
  });

  it('are known to the simulator, with or without a body', async () => {
    for (const { method, path: target, body } of PAGES.flatMap((page) => calls(readFileSync(page, 'utf8')))) {
      const data = body === undefined ? [] : ['-d', body];
      const request = ['-s', '-k', '-X', method, ...data, '-w', '\n%{http_code}', secure.simulator.baseUrl + target];
      const { stdout } = await run('curl', request, { maxBuffer: 64 * 1024 * 1024 });
      // A fault needs to know whether it is on: its row names the fields of the body.
      const needsBody = method === 'PUT' && body === undefined;
      const status = stdout.slice(stdout.lastIndexOf('\n') + 1);
      expect(status, `${method} ${target} ${stdout.slice(-200)}`).to.equal(needsBody ? '400' : '200');
    }
  });

  it('are found in the documentation', () => {
    const read = (page: string) => readFileSync(page, 'utf8');
    const [simulator, testing] = [read('docs/simulator.md'), read('docs/testing-your-flow.md')];
    expect(curlCommands(simulator)).not.to.deep.equal([]);
    expect(curlCommands(testing)).not.to.deep.equal([]);
    expect(calls(testing)[0]).to.deep.equal({
      method: 'POST',
      path: '/simulator/chargers/Garage/plug',
      body: undefined,
    });
    expect(calls(simulator).length).to.be.above(14);
  });
});
