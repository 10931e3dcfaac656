import type { Live } from '../rest/control/live-types';
import { byId, KeyedList, create, setText } from './dom';
import { count, countOrNone, kilowatts } from './format';

interface Tile {
  name: string;
  value: string;
  colour: string;
}

/** The figures of the whole world. */
export class Overview {
  readonly #tiles = new KeyedList<Tile>(
    byId('tiles'),
    ({ name }) => name,
    ({ name, colour }) => {
      const value = create('dd');
      const element = create('div', { class: 'tile' }, create('dt', { text: name }), value);
      element.style.setProperty('--tile', `var(${colour})`);
      return { element, show: (tile: Tile) => setText(value, tile.value) };
    },
  );

  show({ counts, meter }: Live): void {
    const tile = (name: string, value: string, colour: string): Tile => ({ name, value, colour });
    this.#tiles.show([
      tile('Charging', `${count(counts.charging)} of ${count(counts.all)}`, '--good'),
      tile('Waiting', countOrNone(counts.waiting), '--warn'),
      tile('Paused', countOrNone(counts.paused), '--c1'),
      tile('Full', countOrNone(counts.full), '--c5'),
      tile('Without a car', countOrNone(counts.disconnected), '--muted'),
      tile('Offline', countOrNone(counts.offline), counts.offline > 0 ? '--bad' : '--muted'),
      tile('Chargers', kilowatts(meter.chargersW), '--c1'),
      tile('House', kilowatts(meter.houseW), '--c2'),
      tile('Sun', kilowatts(meter.sunW), '--c3'),
      tile('Grid', kilowatts(meter.gridW), '--c4'),
    ]);
  }
}
