import { expect } from 'chai';
import { Calendar } from '../../../../src/energy/calendar';
import { PriceBook } from '../../../../src/energy/plan/price-book';

const HOUR = 3_600_000;
const DAY = 24 * HOUR;
const OSLO = new Calendar('Europe/Oslo');
const NOON = Date.parse('2026-05-04T12:00+02:00');
const slot = (fromHours: number, toHours: number, price: number) => ({
  start: NOON + fromHours * HOUR,
  end: NOON + toHours * HOUR,
  price,
});
const known = (...slots: ReturnType<typeof slot>[]) => {
  const book = new PriceBook();
  book.add(slots, NOON);
  return book;
};
const spans = (book: PriceBook, from: number, to: number, missing?: number) =>
  book
    .spans(NOON + from * HOUR, NOON + to * HOUR, OSLO, missing)
    .map(({ start, end, price, estimated }) => [(start - NOON) / HOUR, (end - NOON) / HOUR, price, estimated]);

describe('the price book', () => {
  it('puts new prices in the place of older ones for the same time, and keeps the others', () => {
    const book = known(slot(0, 1, 1), slot(1, 2, 2), slot(2, 3, 3));
    book.add([slot(1, 1.5, 5), slot(1.5, 2, 6)], NOON);
    expect(spans(book, 0, 3)).to.deep.equal([
      [0, 1, 1, false],
      [1, 1.5, 5, false],
      [1.5, 2, 6, false],
      [2, 3, 3, false],
    ]);
    book.add([slot(0, 3, 9)], NOON);
    expect(spans(book, 0, 3)).to.deep.equal([[0, 3, 9, false]]);
  });

  it('takes for an unknown time the price of the day before, else of two days before, else the mean', () => {
    const book = known(slot(-24, -23, 1), slot(-48, -47, 9), slot(-47, -46, 2));
    const prices = spans(book, 0, 3);
    expect(prices.every(([, , , estimated]) => estimated)).to.equal(true);
    expect(prices.filter(([start]) => Number.isInteger(start)).map(([, , price]) => price)).to.deep.equal([1, 2, 4]);
  });

  it('takes what a forecast leaves out for what it is told', () => {
    expect(spans(known(slot(0, 1, 500)), 1, 1.25, 0)).to.deep.equal([[1, 1.25, 0, true]]);
  });

  it('goes over to a known price the moment that it begins', () => {
    const book = known(slot(0, 1, 1), slot(1.1, 2, 3));
    expect(spans(book, 0.5, 1.5)).to.deep.equal([
      [0.5, 1, 1, false],
      [1, 1.1, 2, true],
      [1.1, 1.5, 3, false],
    ]);
  });

  it('forgets prices older than fifty hours, so that they stand in for nothing', () => {
    const book = known(slot(-50, -49, 9), slot(0, 1, 1));
    expect((book.dump() as unknown[]).length).to.equal(2);
    book.add([slot(1, 2, 2)], NOON + HOUR);
    expect(book.dump()).to.deep.equal([
      [NOON, NOON + HOUR, 1],
      [NOON + HOUR, NOON + 2 * HOUR, 2],
    ]);
    expect(known(slot(-52, -51, 9)).dump()).to.deep.equal([]);
  });

  it('knows a time only until its last price ends', () => {
    const book = known(slot(0, 1, 1));
    expect([book.isKnownAfter(NOON + HOUR - 1), book.isKnownAfter(NOON + HOUR)]).to.deep.equal([true, false]);
    book.clear();
    expect(book.isKnownAfter(NOON)).to.equal(false);
    expect(spans(book, 0, 1)).to.deep.equal([]);
  });

  it('takes the same time of the day before also where a clock was changed that night', () => {
    const book = new PriceBook();
    const before = Date.parse('2026-03-28T12:00+01:00');
    book.add(
      [
        { start: before, end: before + HOUR, price: 7 },
        { start: before + HOUR, end: before + 2 * HOUR, price: 1 },
      ],
      before,
    );
    const noon = before + DAY - HOUR;
    expect(book.spans(noon, noon + 1, OSLO)[0]?.price).to.equal(7);
  });

  it('leaves out of a damaged dump what is no price', () => {
    const book = new PriceBook();
    book.restore([[NOON + HOUR, NOON + 2 * HOUR, 2], [NOON, NOON, 5], [NOON, 'x', 5], null, [NOON, NOON + HOUR, 1]]);
    expect(spans(book, 0, 2)).to.deep.equal([
      [0, 1, 1, false],
      [1, 2, 2, false],
    ]);
    book.restore('x');
    expect(spans(book, 0, 1)).to.deep.equal([[0, 1, 1, false]]);
  });

  for (const [what, old, news, isKept] of [
    ['begins within it', slot(0, 2, 1), slot(1, 3, 2), false],
    ['ends within it', slot(1, 3, 1), slot(0, 2, 2), false],
    ['lies within it', slot(0, 3, 1), slot(1, 2, 2), false],
    ['lies around it', slot(1, 2, 1), slot(0, 3, 2), false],
    ['begins where it ends', slot(0, 1, 1), slot(1, 2, 2), true],
    ['ends where it begins', slot(1, 2, 1), slot(0, 1, 2), true],
  ] as const) {
    it(`${isKept ? 'keeps' : 'drops'} an older price where a new one ${what}`, () => {
      const book = known(old);
      book.add([news], NOON);
      const prices = (book.dump() as number[][]).map(([, , price]) => price);
      expect([...prices].sort()).to.deep.equal(isKept ? [1, 2] : [2]);
    });
  }

  it('keeps no more than the newest 5,000 prices, in their order', () => {
    const book = new PriceBook();
    const minutes = Array.from({ length: 5_001 }, (_, index) => slot(index / 60, (index + 1) / 60, index));
    book.add([...minutes].reverse(), NOON);
    const prices = (book.dump() as number[][]).map(([, , price]) => price);
    expect(prices).to.have.length(5_000);
    expect([prices[0], prices.at(-1)]).to.deep.equal([1, 5_000]);
  });

  it('goes over to a price of the day before on the quarter of an hour', () => {
    expect(spans(known(slot(-24, -23, 1), slot(-23, -22, 3)), 0.1, 0.6).map(([start]) => start)).to.deep.equal([
      0.1, 0.25, 0.5,
    ]);
  });
});
