import type { Live } from '../rest/control/live-types';
import { byId, KeyedList, create, setText } from './dom';
import { count, kilowatts } from './format';

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
      tile('Waiting', count(counts.waiting), '--warn'),
      tile('Finished or paused', count(counts.finished), '--c1'),
      tile('Without a car', count(counts.disconnected), '--muted'),
      tile('Offline', count(counts.offline), counts.offline > 0 ? '--bad' : '--muted'),
      tile('Chargers', kilowatts(meter.chargersW), '--c1'),
      tile('House', kilowatts(meter.houseW), '--c2'),
      tile('Sun', kilowatts(meter.sunW), '--c3'),
      tile('Grid', kilowatts(meter.gridW), '--c4'),
    ]);
  }
}
