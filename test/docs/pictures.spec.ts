import { appendFileSync, cpSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { expect } from 'chai';
import { problems, remember } from '../../scripts/pictures/inputs';

const ROOT = path.join(__dirname, '../..');

describe('the pictures of the docs', () => {
  let copy: string;
  let before: string[];
  beforeEach(() => {
    copy = mkdtempSync(path.join(tmpdir(), 'zaptec-pictures-'));
    for (const folder of ['nodes', 'simulator/page', 'scripts', 'docs/images'])
      cpSync(path.join(ROOT, folder), path.join(copy, folder), { recursive: true });
    before = problems(copy);
  });
  afterEach(() => rmSync(copy, { recursive: true, force: true }));

  const news = () => problems(copy).filter((problem) => !before.includes(problem));

  it('are out of date when a file has changed that they show, and no others are', () => {
    remember(copy);
    before = problems(copy);
    appendFileSync(path.join(copy, 'simulator/page/page.css'), '/* changed */');
    expect(news()).to.deep.equal(['simulator.png is out of date: what it shows has changed']);
    appendFileSync(path.join(copy, 'nodes/charger/editor.html'), '<!-- changed -->');
    expect(news()).to.have.length(2).and.to.include('charger.png is out of date: what it shows has changed');
  });

  it('are each made by the script, in both looks', () => {
    rmSync(path.join(copy, 'docs/images/charger-dark.png'));
    writeFileSync(path.join(copy, 'docs/images/own.png'), '');
    expect(news()).to.deep.equal(['charger-dark.png is missing', 'own.png is made by nothing']);
  });
});
