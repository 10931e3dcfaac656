import { expect } from 'chai';
import { Calendar } from '../../../../src/energy/calendar';
import { entsoePrices, entsoeRefusal } from '../../../../src/energy/plan/entsoe';

const OSLO = new Calendar('Europe/Oslo');
const MINUTE = 60_000;
const HOUR = 60 * MINUTE;
const START = Date.UTC(2026, 4, 3, 22);
const SEQUENCE = 'classificationSequence_AttributeInstanceComponent.position';

type Points = readonly (readonly [position: number, price: unknown])[];

const time = (at: number) => new Date(at).toISOString().replace(':00.000', '');
const period = (points: Points, { resolution = 'PT60M', from = START, hours = points.length } = {}) => ({
  timeInterval: [{ start: [time(from)], end: [time(from + hours * HOUR)] }],
  resolution: [resolution],
  Point: points.map(([position, price]) => ({ position: [String(position)], 'price.amount': [price] })),
});
const read = (TimeSeries: unknown, most = 1_000) =>
  entsoePrices({ Publication_MarketDocument: { TimeSeries } }, OSLO, most);
const pricesOf = (TimeSeries: unknown, most?: number) => read(TimeSeries, most)?.map(({ price }) => price);

describe('the prices of ENTSO-E', () => {
  for (const [resolution, minutes] of [
    ['PT5M', 5],
    ['PT15M', 15],
    ['PT30M', 30],
    ['PT60M', 60],
    ['PT1H', 60],
  ] as const) {
    it(`have their time by the resolution ${resolution}`, () => {
      const found = read({ Period: period([[1, '1.5']], { resolution, hours: 1 }) });
      expect(found).to.have.length(60 / minutes);
      expect(found![0]).to.deep.equal({ start: START, end: START + minutes * MINUTE, price: 1.5 });
      expect(found!.at(-1)).to.deep.equal({ start: START + HOUR - minutes * MINUTE, end: START + HOUR, price: 1.5 });
    });
  }

  it('begin with the first position that has one, and do not go beyond the end of the period', () => {
    const points: Points = [
      [2, '2'],
      [4, '4'],
      [9, '9'],
    ];
    expect(read({ Period: period(points, { hours: 5 }) })).to.deep.equal(
      [2, 2, 4, 4].map((price, index) => ({
        ...{ start: START + (index + 1) * HOUR, end: START + (index + 2) * HOUR, price },
      })),
    );
  });

  it('leave out what cannot be read, and keep the rest', () => {
    const good = { Period: [period([[1, '7']])] };
    const bad = (change: object) => ({ Period: { ...period([[1, '1']], { from: START + HOUR }), ...change } });
    const odd = [
      ...[null, 7, 'x', { Period: null }, { Period: [5, null] }, {}],
      bad({ timeInterval: undefined }),
      bad({ timeInterval: ['x'] }),
      bad({ timeInterval: [{ start: ['x'], end: [time(START + 2 * HOUR)] }] }),
      bad({ timeInterval: [{ start: [time(START + HOUR)] }] }),
      bad({ resolution: ['P1D'] }),
      bad({ resolution: undefined }),
      bad({ Point: ['x', null] }),
      bad({ Point: [{ position: ['1'], 'price.amount': ['much'] }] }),
    ];
    for (const one of odd) expect(pricesOf([one, good]), JSON.stringify(one)).to.deep.equal([7]);
  });

  it('repeat the price before for a position whose own cannot be read', () => {
    const points: Points = [
      [1, '1'],
      [2, 'much'],
      [3, '3'],
    ];
    expect(pricesOf({ Period: period(points) })).to.deep.equal([1, 1, 3]);
  });

  it('are the finer ones only where there are some, and never two for one time', () => {
    const coarse = period([
      [1, '9'],
      [2, '8'],
    ]);
    const fine = period([[1, '1']], { resolution: 'PT15M', from: START + HOUR, hours: 1 });
    const found = read([{ Period: [coarse, fine] }])!;
    expect(found.filter(({ start }) => start === START).map(({ price }) => price)).to.deep.equal([9]);
    expect(found.filter(({ start }) => start > START).map(({ price }) => price)).to.deep.equal([1, 1, 1, 1]);
  });

  it('are those of the auction with the least number, and of one with none only where there is no other', () => {
    const auction = (sequence: unknown, price: string) => ({ [SEQUENCE]: sequence, Period: period([[1, price]]) });
    expect(pricesOf([auction(['3'], '3'), auction(['2'], '2')])).to.deep.equal([2]);
    expect(pricesOf([auction(['2'], '2'), auction(undefined, '1')]), 'absent is the first').to.deep.equal([1]);
    expect(pricesOf([auction(['first'], '1'), auction(['2'], '2')])).to.deep.equal([2]);
    expect(pricesOf([auction(['first'], '1')])).to.deep.equal([1]);
  });

  it('are one more than were asked for at most, which tells that there are too many', () => {
    const day = Array.from({ length: 24 }, (_, hour) => [hour + 1, String(hour)] as const);
    expect(pricesOf({ Period: period(day) }, 24)).to.have.length(24);
    const days = [0, 1, 2].map((index) => period(day, { from: START + index * 24 * HOUR }));
    expect(pricesOf({ Period: days }, 24)).to.have.length(25);
  });

  it('are found behind other fields and under any prefix', () => {
    const TimeSeries = { Period: period([[1, '7']]) };
    for (const input of [
      { '?xml': {}, Publication_MarketDocument: [{ TimeSeries }] },
      { 'ns1:Publication_MarketDocument': { TimeSeries: [TimeSeries] } },
    ]) {
      expect(entsoePrices(input, OSLO, 10)).to.have.length(1);
    }
    for (const input of [
      ...[null, 'x', [], {}, { Publication_MarketDocument: 'x' }, { Publication_MarketDocument: [] }],
      ...[{ xPublication_MarketDocument: { TimeSeries } }, { Publication_MarketDocuments: { TimeSeries } }],
    ]) {
      expect(entsoePrices(input, OSLO, 10), JSON.stringify(input)).to.equal(undefined);
    }
    expect(read(undefined), 'a document without prices').to.deep.equal([]);
  });

  it('are refused in the words of the service', () => {
    const refusal = (Reason: unknown) => entsoeRefusal({ 'ns:Acknowledgement_MarketDocument': { Reason } });
    expect(refusal({ text: 'No data' })).to.equal('No data');
    expect(refusal([{ code: ['999'], text: ['No data', 'more'] }])).to.equal('No data');
    expect(refusal([{ text: ['x'.repeat(400)] }])).to.equal('x'.repeat(150));
    for (const none of [undefined, null, 'x', {}, [], [{ text: [7] }]]) {
      expect(refusal(none), JSON.stringify(none)).to.equal(undefined);
    }
    expect(entsoeRefusal({ Publication_MarketDocument: {} })).to.equal(undefined);
    expect(entsoeRefusal(undefined)).to.equal(undefined);
  });
});
