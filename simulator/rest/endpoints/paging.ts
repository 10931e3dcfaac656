import { invalid } from '../wire/errors';
import type { ModelName } from '../wire/optional-fields';
import type { Call } from './route';

/** An item of a list as JSON. */
type Row = Record<string, unknown>;

const DEFAULT_SIZE = 50;
const MAX_SIZE = 100;

interface Item {
  readonly id: string;
  readonly name?: string;
}

/** The items of a list and their JSON form. Only the items of the page are converted. */
export interface Listing<T extends Item> {
  model: ModelName;
  items: readonly T[];
  wire: (item: T) => Row;
  /** The properties by which SortProperty sorts; absent: those of the JSON form. */
  sortable?: (item: T) => Row;
  /** The default order; absent: by id. */
  order?: (a: T, b: T) => number;
}

/**
 * The envelope of docs/zaptec-api.md, "Paging", with the parameters of all lists: NameFilter, Exclude, sorting and
 * paging.
 */
export function pageOf<T extends Item>(call: Call, listing: Listing<T>): Response {
  const { query } = call;
  const size = pageSize(call);
  const index = query.int('PageIndex') ?? 0;
  const idNameOnly = query.flag('ReturnIdNameOnly');
  const items = ordered(call, filtered(call, listing.items), listing);
  const Pages = Math.ceil(items.length / size);
  // guess: Data is omitted, like all properties that are null.
  if (query.flag('PageInfoOnly')) return Response.json({ Pages });
  // Recorded for accounts without access.
  if (call.hits('data-null')) return Response.json({ Pages, Data: null });
  const wire = idNameOnly ? ({ id, name }: T) => ({ Id: id, Name: name }) : listing.wire;
  return call.json({ Pages, Data: items.slice(index * size, (index + 1) * size).map(wire) }, listing.model);
}

/** guess: a larger size is limited to the maximum. */
function pageSize(call: Call): number {
  const size = call.query.int('PageSize', 1) ?? DEFAULT_SIZE;
  if (size > MAX_SIZE && call.hits('pagesize-400')) {
    throw invalid({ PageSize: [`The field PageSize must be between 1 and ${MAX_SIZE}.`] });
  }
  return Math.min(size, MAX_SIZE);
}

function filtered<T extends Item>({ query }: Call, items: readonly T[]): T[] {
  const wanted = query.text('NameFilter')?.toLowerCase();
  const excluded = new Set(query.ids('Exclude'));
  // guess: the filter matches a part of the name, in any case.
  return items.filter(
    ({ id, name }) => !excluded.has(id) && (wanted === undefined || (name?.toLowerCase().includes(wanted) ?? false)),
  );
}

function ordered<T extends Item>(call: Call, items: T[], listing: Listing<T>): T[] {
  const wanted = call.query.text('SortProperty')?.toLowerCase();
  const descending = call.query.flag('SortDescending');
  const sorted = wanted === undefined ? undefined : byProperty(items, wanted, descending, listing);
  if (sorted) return sorted;
  if (call.hits('paging-unstable')) return shuffled(items);
  return items.sort((a, b) => (listing.order?.(a, b) ?? 0) || byId(a, b));
}

/** guess: a property that no item has is ignored. Equal items are sorted by id, so that pages do not overlap. */
function byProperty<T extends Item>(items: T[], wanted: string, descending: boolean, listing: Listing<T>) {
  const entries = items.map((item) => ({ item, row: (listing.sortable ?? listing.wire)(item) }));
  const property = propertyOf(entries, wanted);
  if (property === undefined) return undefined;
  const sign = descending ? -1 : 1;
  entries.sort((a, b) => sign * compare(a.row[property], b.row[property]) || byId(a.item, b.item));
  return entries.map(({ item }) => item);
}

function propertyOf(entries: readonly { row: Row }[], wanted: string): string | undefined {
  for (const { row } of entries) {
    const property = Object.keys(row).find((key) => row[key] !== undefined && key.toLowerCase() === wanted);
    if (property !== undefined) return property;
  }
  return undefined;
}

const byId = (a: Item, b: Item): number => compare(a.id, b.id);

/** Missing values come first, like null in a database. */
export function compare(a: unknown, b: unknown): number {
  if (a === b) return 0;
  if (a === undefined || b === undefined) return a === undefined ? -1 : 1;
  if (typeof a === 'number' && typeof b === 'number') return a - b;
  return textOf(a) < textOf(b) ? -1 : 1;
}

const textOf = (value: unknown): string => (typeof value === 'string' ? value : JSON.stringify(value));

let callNumber = 0;

/** The order differs at every call, but is the same in every run. */
function shuffled<T extends Item>(items: T[]): T[] {
  callNumber += 1;
  const rank = new Map(items.map((item) => [item, hash(`${callNumber}${item.id}`)]));
  return items.sort((a, b) => (rank.get(a) ?? 0) - (rank.get(b) ?? 0));
}

function hash(text: string): number {
  let value = 2_166_136_261;
  for (const char of text) value = Math.imul(value ^ char.charCodeAt(0), 16_777_619);
  return Math.imul(value ^ (value >>> 15), 2_246_822_519) >>> 0;
}
