// Answers that wait in this browser, in localStorage under one key for each instance of Backstride.
// An entry: owner (whose answers), to (the path they belong to), at (milliseconds since 1970), fields (name and value).

const OURS = /^\/routine\/(\d+|today)$/; // the only paths that answers, and with them the token, are sent to

const sane = (entry) => entry && typeof entry.owner === "string" && OURS.test(entry.to) && Array.isArray(entry.fields);
const moves = (entry) => entry.fields.find(([name]) => name === "moves")?.[1]; // stretches first, strength days later

// The warning signs that an entry reports.
export const signs = (entry) => entry.fields.filter(([name]) => name === "red_flags");

// Whether two entries answer for the same session; call it with one, then with the other.
export const same = (one) => (other) => one.owner === other.owner && one.to === other.to && moves(one) === moves(other);

export class OfflineStore {
  #memory = []; // stands in where the browser stores nothing
  lasts = true; // false where the browser stores nothing

  constructor(root) {
    this.key = `backstride:unsent:${root}`;
  }

  all() {
    if (!this.lasts) return this.#memory;
    try {
      return JSON.parse(localStorage.getItem(this.key) || "[]").filter(sane);
    } catch {
      return [];
    }
  }

  // Keeps `entry` in place of an earlier one for the same session. Warning signs of the earlier one stay.
  put(entry) {
    const before = this.all().find(same(entry));
    const added = (sign) => entry.fields.some(([, other]) => other === sign);
    if (before) entry.fields = [...entry.fields, ...signs(before).filter(([, sign]) => !added(sign))];
    this.#write([...this.all().filter((other) => !same(entry)(other)), entry]);
  }

  remove(unwanted) {
    this.#write(this.all().filter((entry) => !unwanted(entry)));
  }

  #write(entries) {
    this.#memory = entries;
    try {
      if (entries.length) localStorage.setItem(this.key, JSON.stringify(entries));
      else localStorage.removeItem(this.key);
    } catch {
      this.lasts = false;
    }
  }
}
