import { expect } from 'chai';
import { parsePage } from '../docs/pages';
import { manifest, read } from './support';

describe('the page of the package', () => {
  it('has links that work without the other files of the repository', () => {
    const { links, anchors } = parsePage(read('README.md'));
    expect(links).to.have.lengthOf.above(30);
    for (const link of links) {
      if (link.startsWith('#')) expect(anchors.has(link.slice(1)), link).to.equal(true);
      else expect(link).to.match(/^https:\/\//);
    }
  });

  it('shows pictures and not the pages about them', () => {
    const pictures = [...read('README.md').matchAll(/!\[[^\]]*\]\(([^)]*)\)/g)].map(([, address]) => address);
    expect(pictures).to.have.lengthOf.above(5);
    for (const address of pictures) expect(address).to.match(/^https:\/\/raw\.githubusercontent\.com\/.+\.(png|webp)$/);
  });

  it('is of a version that the changelog dates', () => {
    expect(read('CHANGELOG.md')).to.match(new RegExp(`^## \\[${manifest.version}\\] - 20\\d\\d-\\d\\d-\\d\\d$`, 'm'));
  });
});
