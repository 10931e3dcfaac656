import { expect } from 'chai';
import fc from 'fast-check';
import { MOST_PAGES, walkPages, type Page } from '../../../src/api/pages';

const SIZE = 10;

/** A list that changes by a plan while it is read. */
class ChangingList {
  requests = 0;
  constructor(
    public items: number[],
    private readonly change: (list: ChangingList) => void = () => undefined,
  ) {}

  page = async (index: number): Promise<Page<number>> => {
    const items = this.items.slice(index * SIZE, (index + 1) * SIZE);
    const page = { items, sent: items.length, pages: Math.ceil(this.items.length / SIZE) };
    this.requests += 1;
    this.change(this);
    return page;
  };

  async read(): Promise<number[]> {
    const read: number[] = [];
    for await (const { items } of walkPages(this.page, String)) read.push(...items);
    return read;
  }
}

const upTo = (n: number) => Array.from({ length: n }, (_, i) => i);

describe('the pages of a list', () => {
  for (const [length, requests] of [
    [0, 1],
    [1, 1],
    [10, 1],
    [11, 3],
    [25, 4],
  ] as const) {
    it(`${length} items take ${requests} requests`, async () => {
      const list = new ChangingList(upTo(length));
      expect((await list.read()).sort((a, b) => a - b)).to.deep.equal(upTo(length));
      expect(list.requests).to.equal(requests);
    });
  }

  it('lose nothing and repeat nothing, whatever is added and removed meanwhile', () =>
    fc.assert(
      fc.asyncProperty(
        fc.integer({ min: 0, max: 60 }),
        fc.array(fc.tuple(fc.boolean(), fc.nat())),
        async (length, plan) => {
          const removed = new Set<number>();
          let next = length;
          const list = new ChangingList(upTo(length), (changing) => {
            const step = plan.pop();
            if (!step) return;
            if (step[0]) changing.items.push(next++);
            else if (changing.items.length > 0)
              removed.add(changing.items.splice(step[1] % changing.items.length, 1)[0]!);
          });
          const read = await list.read();
          expect(new Set(read).size).to.equal(read.length);
          for (const item of upTo(length)) if (!removed.has(item)) expect(read).to.contain(item);
        },
      ),
    ));

  it('survive a list that grows by a page', async () => {
    const list = new ChangingList(upTo(20), (changing) => {
      if (changing.requests === 1) changing.items.push(...upTo(15).map((i) => i + 20));
    });
    expect((await list.read()).length).to.equal(35);
  });

  const lies: fc.Arbitrary<number | undefined> = fc.oneof(
    fc.constantFrom(undefined, NaN, Infinity, -1, 0, 1, 1.5, MOST_PAGES, MOST_PAGES + 1, 1e9),
    fc.nat(20),
  );

  it('are read to the end, each item once and with few requests, whatever number of pages the cloud says', () =>
    fc.assert(
      fc.asyncProperty(fc.nat(95), lies, async (length, pages) => {
        let requests = 0;
        const items = upTo(length);
        const page = async (index: number) => {
          requests += 1;
          const some = items.slice(index * SIZE, (index + 1) * SIZE);
          return { items: some, sent: some.length, pages };
        };
        const read: number[] = [];
        for await (const walked of walkPages(page, String, { pageSize: SIZE })) read.push(...walked.items);
        expect(read.sort((a, b) => a - b)).to.deep.equal(items);
        expect(requests).to.be.at.most(Math.ceil(length / SIZE) + 14);
      }),
    ));

  it('are an error where the list does not end, instead of a part of it', async () => {
    let requests = 0;
    const page = async (index: number) => {
      requests += 1;
      return { items: [index], sent: 1, pages: undefined };
    };
    const read = async () => {
      for await (const walked of walkPages(page, String, { tooMany: () => new Error('too many') })) walked;
    };
    expect(await read().catch(String)).to.equal('Error: too many');
    expect(requests).to.equal(MOST_PAGES);
  });

  it('are followed where their number grows with each page', async () => {
    const items = upTo(100);
    const page = (index: number) => {
      const some = items.slice(index * SIZE, (index + 1) * SIZE);
      return Promise.resolve({ items: some, sent: some.length, pages: index + 2 });
    };
    const read: number[] = [];
    for await (const walked of walkPages(page, String, { pageSize: SIZE })) read.push(...walked.items);
    expect(read.sort((a, b) => a - b)).to.deep.equal(items);
  });

  for (const [name, pages] of [
    ['one page', 1],
    ['fewer pages than there are', 2],
    ['no number of pages', undefined],
  ] as const) {
    it(`are read to the end where entries cannot be used and the cloud announces ${name}`, async () => {
      const all = upTo(35);
      const isUsable = (item: number) => item !== 3 && item !== 17 && !(item >= 20 && item < 30);
      const page = (index: number) => {
        const some = all.slice(index * SIZE, (index + 1) * SIZE);
        return Promise.resolve({ items: some.filter(isUsable), sent: some.length, pages });
      };
      const read: number[] = [];
      for await (const walked of walkPages(page, String, { pageSize: SIZE })) read.push(...walked.items);
      expect(read.sort((a, b) => a - b)).to.deep.equal(all.filter(isUsable));
    });
  }

  for (const hole of [0, 1, 2]) {
    it(`are an error where page ${hole + 1} of 4 is empty, instead of the rest`, async () => {
      const page = (index: number) => {
        const items = index === hole ? [] : upTo(SIZE).map((item) => index * SIZE + item);
        return Promise.resolve({ items, sent: items.length, pages: 4 });
      };
      const emptyPage = (index: number, pages: number) => new Error(`${index} of ${pages}`);
      const read = async () => {
        for await (const walked of walkPages(page, String, { pageSize: SIZE, emptyPage })) walked;
      };
      expect(await read().catch(String)).to.equal(`Error: ${hole} of 4`);
    });
  }

  for (const pagesNow of [1, 2]) {
    it(`are no error where a page is empty because the list has ${pagesNow} of 3 pages meanwhile`, async () => {
      let requests = 0;
      const shrinking = (index: number) => {
        requests += 1;
        const items = index === 1 ? [] : upTo(SIZE).map((item) => index * SIZE + item);
        // The first page, and then the last one, came before.
        return Promise.resolve({ items, sent: items.length, pages: requests <= 2 ? 3 : pagesNow });
      };
      const read: number[] = [];
      for await (const { items } of walkPages(shrinking, String)) read.push(...items);
      expect(read.sort((a, b) => a - b)).to.deep.equal([...upTo(SIZE), ...upTo(SIZE).map((item) => 2 * SIZE + item)]);
    });
  }

  it('keep items without an id', async () => {
    const pages = walkPages(
      () => Promise.resolve({ items: ['a', 'a'], sent: 2, pages: 1 }),
      () => undefined,
    );
    expect((await pages.next()).value).to.deep.equal({ index: 0, items: ['a', 'a'] });
  });
});
